/** A line of an ignore file, in the form of Docker's. */
interface Rule {
  readonly isException: boolean
  readonly pattern: RegExp
}

/**
 * What an ignore file leaves out: the last pattern that fits decides, `!` takes back, `**` is any number of folders, and a
 * pattern that fits a folder fits what is in it.
 */
export class IgnoreRules {
  readonly #rules: readonly Rule[]
  readonly #hasExceptions: boolean

  constructor(patterns: readonly string[]) {
    this.#rules = patterns.flatMap(ruleOf)
    this.#hasExceptions = this.#rules.some(({ isException }) => isException)
  }

  /** Paths are relative, with slashes. */
  ignores(path: string): boolean {
    const parts = path.split('/')
    const ancestors = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
    let ignored = false
    for (const { isException, pattern } of this.#rules) {
      if (isException === ignored && ancestors.some((ancestor) => pattern.test(ancestor))) ignored = !isException
    }
    return ignored
  }

  /** Whether something in a folder that is left out might be taken back. */
  mayTakeBack(): boolean {
    return this.#hasExceptions
  }
}

/** The patterns of a file, without comments and empty lines. */
export function patternsOf(text: string): readonly string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}

function ruleOf(line: string): readonly Rule[] {
  const isException = line.startsWith('!')
  const text = (isException ? line.slice(1) : line).trim()
  const parts = normalised(text)
  if (parts.length === 0) return []
  return [{ isException, pattern: expressionOf(parts) }]
}

/** As a path is cleaned: without `.`, empty parts, a slash in front or at the end, and with `..` gone up. */
function normalised(text: string): readonly string[] {
  const parts: string[] = []
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0) parts.pop()
    else if (part !== '..') parts.push(part)
  }
  return parts
}

/** What a path with wildcards fits, which are those of an ignore file. */
export function pathPattern(text: string): RegExp {
  return expressionOf(normalised(text))
}

function expressionOf(parts: readonly string[]): RegExp {
  let source = ''
  parts.forEach((part, index) => {
    const isLast = index === parts.length - 1
    if (part === '**') source += isLast ? '.*' : '(?:.*/)?'
    else source += `${partExpression(part)}${isLast ? '' : '/'}`
  })
  return new RegExp(`^${source}$`, 's')
}

function partExpression(part: string): string {
  let source = ''
  for (let at = 0; at < part.length; at += 1) {
    const sign = part.charAt(at)
    if (sign === '*') {
      const isDouble = part.charAt(at + 1) === '*'
      source += isDouble ? '.*' : '[^/]*'
      if (isDouble) at += 1
    } else if (sign === '?') source += '[^/]'
    else if (sign === '[') {
      const end = part.indexOf(']', at + 2)
      if (end === -1) source += '\\['
      else {
        const body = part
          .slice(at + 1, end)
          .replaceAll('\\', '\\\\')
          .replace(/^\^/, '^')
        source += `[${body}]`
        at = end
      }
    } else if (sign === '\\' && at + 1 < part.length) {
      at += 1
      source += escaped(part.charAt(at))
    } else source += escaped(sign)
  }
  return source
}

function escaped(sign: string): string {
  return sign.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
