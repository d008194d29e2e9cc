import { PathMatcher } from './matcher.ts'
import { cleaned, MalformedPattern } from './pattern.ts'

/** A line of an ignore file, in the form of Docker's. */
interface Rule {
  readonly isException: boolean
  readonly pattern: string
  readonly matcher: PathMatcher
}

/**
 * What an ignore file leaves out: the last pattern that fits decides, `!` takes back, `**` is any number of folders, and a
 * pattern that fits a folder fits what is in it.
 */
export class IgnoreRules {
  readonly #rules: readonly Rule[]

  /** Throws MalformedPattern. */
  constructor(patterns: readonly string[]) {
    this.#rules = patterns.flatMap(ruleOf)
  }

  /** Paths are relative, with slashes. */
  ignores(path: string): boolean {
    let ignored = false
    for (const { isException, matcher } of this.#rules) {
      if (isException === ignored && matcher.testWithFolders(path)) ignored = !isException
    }
    return ignored
  }

  /** Whether something below a folder that is left out might be taken back. */
  mayTakeBack(folder: string): boolean {
    return this.#rules.some(({ isException, pattern }) => {
      if (!isException) return false
      const start = pattern.replace(/\/\*\*$/, '').replace(/\/\*$/, '')
      return /[*?[\\]/.test(start) || `${start}/`.startsWith(`${folder}/`)
    })
  }
}

/** The patterns of a file, without comments and empty lines. */
export function patternsOf(text: string): readonly string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const isException = line.startsWith('!')
      const pattern = (isException ? line.slice(1) : line).trim()
      return `${isException ? '!' : ''}${pattern === '' ? '' : cleaned(pattern).replace(/^\/(?=.)/, '')}`
    })
}

function ruleOf(line: string): readonly Rule[] {
  const text = line.trim()
  if (text === '') return []
  const whole = cleaned(text)
  const isException = whole.startsWith('!')
  const pattern = isException ? whole.slice(1) : whole
  if (pattern === '') throw new MalformedPattern(line)
  return [{ isException, pattern, matcher: new PathMatcher(pattern) }]
}

/** The pattern that matches a path and nothing else. */
export function literalPattern(path: string): string {
  return path.replace(/[*?[\]\\]/g, String.raw`\$&`)
}

/** Matches a path with wildcards, which are those of an ignore file. */
export function pathPattern(text: string): PathMatcher {
  return new PathMatcher(cleaned(text).replace(/^\/(?=.)/, ''))
}
