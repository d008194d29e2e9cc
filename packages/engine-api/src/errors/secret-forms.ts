import type { SecretText } from './secret-values.ts'

/** Shorter pieces of Base64 are found in other texts. */
const shortestEncoded = 6

/** A text in one of its forms. */
export interface WrittenSecret extends SecretText {
  /** The rest of the run of Base64 belongs to it: its next character has bits of both. */
  readonly isBase64: boolean
}

/** A text, and the forms in which engines, proxies and programs write it. */
export function formsOf({ text, isWord }: SecretText): readonly WrittenSecret[] {
  // Most lines of keys are the same in all of them.
  const written = /^[\w.-]*$/.test(text) ? [text] : writtenForms(text)
  const bytes = Buffer.from(text)
  const hex = bytes.toString('hex')
  return [
    ...[...new Set(written)].map((form) => ({ text: form, isWord, isBase64: false })),
    ...[...new Set(base64Forms(bytes))].map((form) => ({ text: form, isWord: false, isBase64: true })),
    ...[hex, hex.toUpperCase()].map((form) => ({ text: form, isWord: false, isBase64: false })),
  ]
}

function writtenForms(value: string): readonly string[] {
  // A lone surrogate has no percent-encoding.
  const wellFormed = Buffer.from(value).toString('utf8')
  const quoted = JSON.stringify(wellFormed).slice(1, -1)
  const quotedTwice = JSON.stringify(quoted).slice(1, -1)
  const forms = [wellFormed, quoted, quotedTwice].flatMap((text) => [text, ...urlForms(text)])
  const escaped = quoted.replaceAll(/[&<>]/g, (character) => unicodeEscape(character))
  return [
    value,
    ...forms,
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    ...htmlForms(wellFormed),
    asciiOnly(quoted, (character) => [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16)}`).join('')),
    asciiOnly(quoted, unicodeEscape),
    asciiOnly(escaped, unicodeEscape),
  ]
}

function urlForms(text: string): readonly string[] {
  const strict = encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  const forms = [encodeURIComponent(text), strict, strict.replaceAll('%20', '+'), formEncoded(text)]
  return forms.flatMap((form) => [form, form.replaceAll(/%[\dA-F]{2}/g, (escape) => escape.toLowerCase())])
}

/** As Go's templates, other template engines and XML quote text. */
function htmlForms(text: string): readonly string[] {
  const marked = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return [
    ['&#34;', '&#39;'],
    ['&quot;', '&#39;'],
    ['&quot;', '&#x27;'],
    ['&quot;', '&apos;'],
    ['"', "'"],
  ].map(([double = '', single = '']) => marked.replaceAll('"', double).replaceAll("'", single))
}

/** By itself and inside of a longer text. */
function base64Forms(bytes: Buffer): readonly string[] {
  const inside = [0, 1, 2].map((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    return whole.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
  })
  const forms = [bytes.toString('base64').replace(/=+$/, ''), ...inside].filter(
    ({ length }) => length >= shortestEncoded,
  )
  return [...forms, ...forms.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))]
}

/** As Go quotes text: with an escape for each byte, or for each character. */
function asciiOnly(text: string, escape: (character: string) => string): string {
  return text.replaceAll(/[^\0-\x7f]/gu, escape)
}

function unicodeEscape(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}
