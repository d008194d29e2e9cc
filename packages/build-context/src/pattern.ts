/** A pattern that is no pattern: a class or an escape without an end. Engines refuse these too. */
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

/**
 * The paths that a pattern matches: `*` and `?` stay within a name, `**` is any number of folders, `[…]` is a class, and
 * `\` takes the next character as it is. These are the rules of moby/patternmatcher, by which engines read ignore files.
 * Throws MalformedPattern.
 */
export function expressionOf(pattern: string): RegExp {
  // Alone in front of plain text it is any beginning, and not only whole folders.
  const [, plain] = /^\*\*([^*?[\]\\/][^*?[\]\\]*)$/.exec(pattern) ?? []
  if (plain !== undefined) return new RegExp(`^.*${escaped(plain)}$`, 'su')
  const signs = [...pattern]
  let source = ''
  let at = 0
  while (at < signs.length) {
    const sign = signs[at] ?? ''
    at += 1
    if (sign === '*' && signs[at] === '*') {
      at += signs[at + 1] === '/' ? 2 : 1
      source += at >= signs.length ? '.*' : '(?:.*/)?'
    } else if (sign === '*') source += '[^/]*'
    else if (sign === '?') source += '[^/]'
    else if (sign === '[') {
      const found = classOf(pattern, signs, at)
      source += found.source
      at = found.end
    } else if (sign === '\\') {
      source += escaped(signs[at] ?? malformed(pattern))
      at += 1
    } else source += escaped(sign)
  }
  return expression(pattern, source)
}

function expression(pattern: string, source: string): RegExp {
  try {
    return new RegExp(`^${source}$`, 'su')
  } catch {
    // A range of a class from a later character to an earlier one.
    return malformed(pattern)
  }
}

interface Class {
  readonly source: string
  /** Of the first character after it. */
  readonly end: number
}

/** `[…]` from its second character on. */
function classOf(pattern: string, signs: readonly string[], start: number): Class {
  let at = start
  const isNegated = signs[at] === '^'
  if (isNegated) at += 1
  let source = ''
  const member = (): string => {
    let sign = signs[at] ?? malformed(pattern)
    if (sign === '-' || sign === ']') return malformed(pattern)
    if (sign === '\\') {
      at += 1
      sign = signs[at] ?? malformed(pattern)
    }
    at += 1
    return `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`
  }
  do {
    source += member()
    if (signs[at] === '-') {
      at += 1
      source += `-${member()}`
    }
  } while (signs[at] !== ']')
  return { source: `[${isNegated ? '^' : ''}${source}]`, end: at + 1 }
}

function malformed(pattern: string): never {
  throw new MalformedPattern(pattern)
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)
}
