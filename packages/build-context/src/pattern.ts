/** A malformed pattern: a class or an escape is not terminated. Engines refuse these too. */
export class MalformedPattern extends Error {
  readonly pattern: string
  constructor(pattern: string) {
    super(`the pattern \`${pattern}\` is malformed`)
    this.pattern = pattern
  }
}

/** A path without `.`, empty parts and a slash at its end; `..` goes up, and stays where nothing is above it. */
export function cleaned(text: string): string {
  const isAbsolute = text.startsWith('/')
  const parts: string[] = []
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (!isAbsolute) parts.push(part)
  }
  const path = parts.join('/')
  if (isAbsolute) return `/${path}`
  return path === '' ? '.' : path
}

/** One element of a pattern. `source` is the same as part of a regular expression. */
export type Element =
  | { readonly kind: 'one'; readonly matches: (codePoint: number) => boolean; readonly source: string }
  /** Any number of characters within a name. */
  | { readonly kind: 'name' }
  /** Any number of characters, slashes included. */
  | { readonly kind: 'any' }
  /** Any number of whole folders, each with its slash, or nothing. */
  | { readonly kind: 'folders' }

/** The code point of `/`. */
export const slash = 0x2f

/**
 * The elements of a pattern: `*` and `?` stay within a name, `**` is any number of folders, `[…]` is a class, and `\`
 * takes the next character literally. These are the rules of moby/patternmatcher, by which engines read ignore files.
 * Throws MalformedPattern.
 */
export function elementsOf(pattern: string): readonly Element[] {
  // Alone in front of plain text, `**` is any beginning, and not only whole folders.
  const [, plain] = /^\*\*([^*?[\]\\/][^*?[\]\\]*)$/.exec(pattern) ?? []
  if (plain !== undefined) return [{ kind: 'any' }, ...Array.from(plain, literal)]
  const signs = [...pattern]
  const elements: Element[] = []
  let at = 0
  while (at < signs.length) {
    const sign = signs[at] ?? ''
    at += 1
    if (sign === '*' && signs[at] === '*') {
      at += signs[at + 1] === '/' ? 2 : 1
      elements.push({ kind: at >= signs.length ? 'any' : 'folders' })
    } else if (sign === '*') elements.push({ kind: 'name' })
    else if (sign === '?') elements.push({ kind: 'one', matches: (codePoint) => codePoint !== slash, source: '[^/]' })
    else if (sign === '[') {
      const found = classOf(pattern, signs, at)
      elements.push(found.element)
      at = found.end
    } else if (sign === '\\') {
      elements.push(literal(signs[at] ?? malformed(pattern)))
      at += 1
    } else elements.push(literal(sign))
  }
  return elements
}

function literal(sign: string): Element {
  const expected = sign.codePointAt(0)
  return { kind: 'one', matches: (codePoint) => codePoint === expected, source: escaped(expected ?? 0) }
}

interface Class {
  readonly element: Element
  /** Index of the first character after the class. */
  readonly end: number
}

/** `[…]` from its second character on. */
function classOf(pattern: string, signs: readonly string[], start: number): Class {
  let at = start
  const isNegated = signs[at] === '^'
  if (isNegated) at += 1
  const ranges: { readonly first: number; readonly last: number }[] = []
  const member = (): number => {
    let sign = signs[at] ?? malformed(pattern)
    if (sign === '-' || sign === ']') return malformed(pattern)
    if (sign === '\\') {
      at += 1
      sign = signs[at] ?? malformed(pattern)
    }
    at += 1
    return sign.codePointAt(0) ?? 0
  }
  do {
    const first = member()
    let last = first
    if (signs[at] === '-') {
      at += 1
      last = member()
    }
    if (last < first) malformed(pattern)
    ranges.push({ first, last })
  } while (signs[at] !== ']')
  const matches = (codePoint: number): boolean =>
    ranges.some(({ first, last }) => first <= codePoint && codePoint <= last) !== isNegated
  const members = ranges.map(({ first, last }) => `${escaped(first)}-${escaped(last)}`).join('')
  return { element: { kind: 'one', matches, source: `[${isNegated ? '^' : ''}${members}]` }, end: at + 1 }
}

function escaped(codePoint: number): string {
  return `\\u{${codePoint.toString(16)}}`
}

function malformed(pattern: string): never {
  throw new MalformedPattern(pattern)
}
