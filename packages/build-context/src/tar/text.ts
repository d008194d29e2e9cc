/** What byte 0x80 becomes; the bytes up to 0xff follow. No text has these code points by themselves. */
const ESCAPED = 0xdc00
const lone = /[\udc80-\udcff]/u

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Bytes of a name, given as one character each, as text. Names of Linux need not be UTF-8: every byte that is none becomes
 * a lone surrogate (U+DC80 to U+DCFF, as Python's `surrogateescape` does), so that `bytesOfText` gives the same bytes.
 */
export function textOfRaw(raw: string): string {
  const bytes = Buffer.from(raw, 'latin1')
  const whole = decoded(bytes)
  if (whole !== undefined) return whole
  let text = ''
  for (let start = 0; start < bytes.byteLength;) {
    const first = bytes[start] ?? 0
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    const character = decoded(bytes.subarray(start, start + length))
    text += character ?? String.fromCharCode(ESCAPED + first)
    start += character === undefined ? 1 : length
  }
  return text
}

/** The bytes of a text as UTF-8, but for what `textOfRaw` has escaped. */
export function bytesOfText(text: string): Uint8Array {
  if (!lone.test(text)) return Buffer.from(text, 'utf8')
  return Buffer.concat(
    Array.from(text, (character) =>
      lone.test(character) ? Uint8Array.of(character.charCodeAt(0) - ESCAPED) : Buffer.from(character, 'utf8'),
    ),
  )
}

/** Whether the text stands for bytes that are UTF-8. */
export function isUtf8(text: string): boolean {
  return !lone.test(text)
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
