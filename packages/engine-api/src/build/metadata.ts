/** The metadata of a call, by keys in small letters. */
export interface Metadata {
  readonly keys: readonly string[]
  /** Every value of a key, in order and decoded. */
  values(key: string): readonly string[]
}

/** `KEY-encoded: 1` says that the values of KEY are encoded as those of a URL's query: one of them is not ASCII. */
const marker = '-encoded'

/** Of what Node gives as a flat list: it would join the values of a key itself. Throws URIError for values that cannot be decoded. */
export function metadataOf(rawHeaders: readonly string[]): Metadata {
  const found = new Map<string, string[]>()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const key = (rawHeaders[index] ?? '').toLowerCase()
    const values = found.get(key) ?? []
    values.push(rawHeaders[index + 1] ?? '')
    found.set(key, values)
  }
  const isEncoded = (key: string): boolean => isTrue(found.get(`${key}${marker}`)?.[0])
  return {
    keys: [...found.keys()],
    values(key) {
      const values = found.get(key) ?? []
      return isEncoded(key) ? values.map(decoded) : values
    },
  }
}

/** As Go reads a boolean. */
function isTrue(text: string | undefined): boolean {
  return text !== undefined && ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)
}

function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}

/** Keys with which an engine selects files. All others are of transports, proxies and tracing, which add them to any call. */
const selectionKeys = /(?:-patterns|-regexps|paths)$|^(?:override-|exclude|include|follow)/

/** The keys that select files in a way that is not among the known ones, with or without their marker. */
export function unknownSelectionKeys({ keys }: Metadata, known: readonly string[]): readonly string[] {
  return keys.filter((key) => {
    const name = key.endsWith(marker) ? key.slice(0, -marker.length) : key
    return selectionKeys.test(name) && !known.includes(name)
  })
}
