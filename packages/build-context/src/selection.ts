import { posix } from 'node:path'
import { IgnoreRules } from './ignore.ts'
import { entryAt, type Tree, type TreeEntry } from './tree.ts'

/** What the engine wants of a tree. */
export interface Selection {
  /** As in an ignore file. */
  readonly excluded: readonly string[]
  /** Paths, which may have wildcards; none means everything. A link that is named brings what it leads to. */
  readonly followed: readonly string[]
}

/** The entries that are wanted, depth first, each folder before what is in it. */
export async function* select(tree: Tree, { excluded, followed }: Selection): AsyncGenerator<TreeEntry, undefined> {
  const rules = new IgnoreRules(excluded)
  const wanted = await withTargets(tree, followed)
  const isWanted = (path: string): boolean => wanted.length === 0 || wanted.some((rule) => rule.covers(path))
  const mayHold = (path: string): boolean => wanted.length === 0 || wanted.some((rule) => rule.mayBeBelow(path))

  async function* walk(folder: string): AsyncGenerator<TreeEntry, undefined> {
    for (const entry of await tree.children(folder)) {
      const { path, type } = entry
      const isIgnored = rules.ignores(path)
      if (type !== 'directory') {
        if (!isIgnored && isWanted(path)) yield entry
        continue
      }
      if ((isIgnored && !rules.mayTakeBack()) || (!isWanted(path) && !mayHold(path))) continue
      if (!isIgnored && isWanted(path)) {
        yield entry
        yield* walk(path)
        continue
      }
      // The folder itself only comes with something in it.
      let isTold = false
      for await (const below of walk(path)) {
        if (!isTold) yield entry
        isTold = true
        yield below
      }
    }
  }
  yield* walk('')
}

interface Followed {
  readonly covers: (path: string) => boolean
  readonly mayBeBelow: (path: string) => boolean
}

/** The paths, and those to which links among them lead. */
async function withTargets(tree: Tree, followed: readonly string[]): Promise<readonly Followed[]> {
  const paths = new Set<string>()
  const add = async (path: string): Promise<void> => {
    const clean = posix
      .normalize(path)
      .replace(/^(?:\.\.?\/|\/)+/, '')
      .replace(/\/$/, '')
    if (paths.has(clean)) return
    paths.add(clean)
    if (hasWildcard(clean)) return
    const parts = clean.split('/')
    for (const [index] of parts.entries()) {
      const at = parts.slice(0, index + 1).join('/')
      const entry = await entryAt(tree, at)
      if (entry?.type !== 'symlink' || entry.linkTarget === undefined) continue
      const target = entry.linkTarget.startsWith('/')
        ? entry.linkTarget
        : posix.join(posix.dirname(at), entry.linkTarget)
      paths.add(at)
      await add(posix.join(target, ...parts.slice(index + 1)))
      return
    }
  }
  for (const path of followed) await add(path)
  if (paths.has('') || paths.has('.')) return []
  return [...paths].map(followedPath)
}

function hasWildcard(path: string): boolean {
  return /[*?[\\]/.test(path)
}

function followedPath(path: string): Followed {
  const rules = new IgnoreRules([path])
  const parts = path.split('/')
  return {
    covers: (candidate) => rules.ignores(candidate),
    mayBeBelow: (candidate) => {
      const depth = candidate.split('/').length
      const isWild = parts.slice(0, depth).includes('**')
      return isWild || (depth < parts.length && new IgnoreRules([parts.slice(0, depth).join('/')]).ignores(candidate))
    },
  }
}
