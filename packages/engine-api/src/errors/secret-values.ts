/** Shorter values are left in texts: they are flags and numbers, and would be found everywhere. */
const shortestValue = 8
/** The same for what is a secret by its field. */
const shortestSecret = 4
/** Parts of a value that can appear by themselves: a line of a key, what stands before a slash. */
const shortestPart = 16
/** Longer texts are searched for in pieces. */
const longestWhole = 2048
const pieceLength = 128
/** More of a content is not searched for. */
export const longestContentBytes = 64 * 1024

const separators = /[\s/\\,;:=?&@"'`|]+/

/** A text to search for. */
export interface SecretText {
  readonly text: string
  /** Found only where no other word or path goes on beside it. */
  readonly isWord: boolean
}

const secretWords =
  /passw|passphrase|pass(?![a-z])|pwd|secret|token(?!iz)|credential|api_?key|access_?key|private_?key|key(?![a-z])|auth(?!or(?!i[sz]))/i

/** Whether the name of a field, a variable or an option says that its value is a secret. */
export function isSecretName(name: string): boolean {
  return !/(?:^|\.)(?:OLD)?PWD$/.test(name) && secretWords.test(name)
}

/** Letters of both cases and digits in one run, or letters and digits in turns, as keys have them. */
function looksRandom(text: string): boolean {
  return (text.match(/[a-z\d]{8,}/gi) ?? []).some((run) => {
    const classes = [/[a-z]/, /[A-Z]/, /\d/].filter((each) => each.test(run)).length
    const turns = run.match(/[a-z]\d|\d[a-z]/gi)?.length ?? 0
    return classes === 3 || turns > 1
  })
}

const plainTexts: readonly RegExp[] = [
  /^[a-z]{1,24}$/,
  // A number.
  /^[+-]?\d[\d.,_]*$/,
  // A host and its port, an address of IPv4 or IPv6.
  /^(?=.{1,253}$)[a-z][a-z\d-]*(?:\.[a-z\d-]+)+(?::\d{1,5})?$/,
  /^[a-z]{1,24}:\d{1,5}$/,
  /^\d{1,3}(?:\.\d{1,3}){3}(?:[:/]\d{1,5})?$/,
  /^\[?[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}\]?(?:[:/]\d{1,5})?$/,
]
const absolutePath = /^\/[\w.@+:/-]*$/

/** A word, a number, an address or an absolute path: what every text may have. */
export function isPlain(text: string): boolean {
  return !looksRandom(text) && (absolutePath.test(text) || plainTexts.some((each) => each.test(text)))
}

/** What to search for of the value of a field whose name does not say that it is a secret. */
export function textsOfValue(value: string): readonly SecretText[] {
  const text = value.slice(0, longestContentBytes)
  if (isPlain(text.trim())) return []
  const isWord = !looksRandom(text)
  const whole = wholesOf(text, shortestValue).map((each) => ({ text: each, isWord }))
  const parts = partsOf(text).map((each) => ({ text: each, isWord: !looksRandom(each) }))
  return [...whole, ...innerSecrets(text).flatMap(textsOfSecret), ...parts.filter((part) => !part.isWord)]
}

/** What to search for of a password, a token, a key or a content. */
export function textsOfSecret(secret: string | Uint8Array): readonly SecretText[] {
  const start = secret.slice(0, longestContentBytes)
  const text = typeof start === 'string' ? start : Buffer.from(start).toString('utf8')
  const inner = innerSecrets(text).filter((each) => each !== text)
  return [...wholesOf(text, shortestSecret), ...inner, ...partsOf(text)].map((each) => ({
    text: each,
    // `postgres` may be a password, and is still a part of a path.
    isWord: isPlain(each),
  }))
}

function wholesOf(text: string, shortest: number): readonly string[] {
  const trimmed = text.trim()
  if (trimmed.length < shortest) return []
  return text.length > longestWhole ? piecesOf(text) : [text, trimmed]
}

function partsOf(text: string): readonly string[] {
  const parts = [...text.split('\n').map((line) => line.trim()), ...text.split(separators)]
  return parts
    .filter(({ length }) => length >= shortestPart)
    .flatMap((part) => (part.length > longestWhole ? piecesOf(part) : part))
}

function piecesOf(text: string): readonly string[] {
  const pieces = Array.from({ length: Math.ceil(text.length / pieceLength) }, (_, index) =>
    text.slice(index * pieceLength, (index + 1) * pieceLength),
  )
  return pieces.filter((piece) => piece.trim().length >= shortestPart)
}

const assignedValue = /\b([\w.-]{1,64})"?\s{0,4}[=:]\s{0,4}["']?(?:(?:Bearer|Basic)\s)?([^\s,;&"'}]{4,})/gi

/** The passwords in a value: those of URLs, and those in assignments such as `password=…`. */
function innerSecrets(value: string): readonly string[] {
  if (value.length > longestWhole) return []
  const assigned = [...value.matchAll(assignedValue)].flatMap(([, name = '', secret = '']) =>
    isSecretName(name) ? [secret] : [],
  )
  return [...assigned, ...userInfos(value).flatMap(secretsIn)].filter(({ length }) => length >= shortestSecret)
}

/** What stands between the scheme of a URL and an `@`: the last one of the authority, and the last one of all. */
function userInfos(value: string): readonly string[] {
  return [/[a-z][a-z\d+.-]{0,31}:\/\/([^\s"'`<>/?#]+)@/gi, /[a-z][a-z\d+.-]{0,31}:\/\/([^\s"'`<>]+)@/gi].flatMap(
    (pattern) => [...value.matchAll(pattern)].map(([, userInfo = '']) => userInfo),
  )
}

function secretsIn(userInfo: string): readonly string[] {
  const at = userInfo.indexOf(':')
  const secret = userInfo.slice(at + 1)
  if (at === -1 && isPlain(secret)) return []
  return [secret, decoded(secret)]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
