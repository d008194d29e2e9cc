import { elementsOf, slash, type Element } from './pattern.ts'

/** States of a matcher, which are the elements of the pattern; those of `**` are two. */
type State =
  | Exclude<Element, { readonly kind: 'folders' }>
  /** Goes on to the next state, and to the one behind it. */
  | { readonly kind: 'fork' }
  /** Stays at every character, and goes on behind a slash. */
  | { readonly kind: 'until-slash' }

/** Regular expressions with so many wildcards are faster, and backtrack over the square of a path's length at most. */
const maxWildcardsOfExpression = 2

const sources = { name: '[^/]*', any: '.*', folders: '(?:.*/)?' } as const

/**
 * Matches paths against a pattern without backtracking: in time proportional to the length of the path times that of
 * the pattern, since an engine chooses some of the patterns. Throws MalformedPattern.
 */
export class PathMatcher {
  readonly #expressions: { readonly whole: RegExp; readonly withFolders: RegExp } | undefined
  readonly #states: readonly State[]

  constructor(pattern: string) {
    const elements = elementsOf(pattern)
    this.#expressions =
      elements.filter(({ kind }) => kind !== 'one').length <= maxWildcardsOfExpression
        ? expressionsOf(elements)
        : undefined
    this.#states = elements.flatMap((element): readonly State[] =>
      element.kind === 'folders' ? [{ kind: 'fork' }, { kind: 'until-slash' }] : [element],
    )
  }

  /** Whether the pattern matches the whole path. */
  test(path: string): boolean {
    return this.#expressions?.whole.test(path) ?? this.#run(path, false)
  }

  /** Whether the pattern matches the path or a folder above it. */
  testWithFolders(path: string): boolean {
    return this.#expressions?.withFolders.test(path) ?? this.#run(path, true)
  }

  #run(path: string, alsoFolders: boolean): boolean {
    const states = this.#states
    const end = states.length
    // The step at which a state was last activated.
    const activated = new Int32Array(end + 1).fill(-1)
    let active: number[] = []
    let next: number[] = []
    let step = 0
    /** Adds the state and those that are reached from it without a character. */
    const activate = (index: number, at: number, into: number[]): void => {
      for (let reached = index; activated[reached] !== at; reached += 1) {
        activated[reached] = at
        into.push(reached)
        const kind = states[reached]?.kind
        if (kind === 'fork') {
          reached += 1
          if (activated[reached] !== at) into.push(reached)
          activated[reached] = at
        } else if (kind !== 'name' && kind !== 'any') return
      }
    }
    activate(0, step, active)
    for (let at = 0; at < path.length && active.length > 0; step += 1) {
      const codePoint = path.codePointAt(at) ?? 0
      if (alsoFolders && codePoint === slash && activated[end] === step) return true
      for (const index of active) {
        const state = states[index]
        if (state === undefined || state.kind === 'fork') continue
        if (state.kind === 'one') {
          if (state.matches(codePoint)) activate(index + 1, step + 1, next)
          continue
        }
        if (state.kind !== 'name' || codePoint !== slash) activate(index, step + 1, next)
        if (state.kind === 'until-slash' && codePoint === slash) activate(index + 1, step + 1, next)
      }
      const passed = active
      active = next
      next = passed
      next.length = 0
      at += codePoint > 0xffff ? 2 : 1
    }
    return active.length > 0 && activated[end] === step
  }
}

function expressionsOf(elements: readonly Element[]): { readonly whole: RegExp; readonly withFolders: RegExp } {
  const source = elements.map((element) => (element.kind === 'one' ? element.source : sources[element.kind])).join('')
  return { whole: new RegExp(`^${source}$`, 'su'), withFolders: new RegExp(`^${source}(?:/.*)?$`, 'su') }
}
