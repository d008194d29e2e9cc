import { posix } from 'node:path'
import { invalidArgument } from '@moorage/runtime-core'
import { IgnoreRules, literalPattern, pathPattern } from './ignore.ts'
import { bytesOfText, isUtf8 } from './tar/text.ts'
import { MAX_LINKS, type Tree, type TreeEntry } from './tree.ts'

/** Which entries of a tree the engine requests. */
export interface Selection {
  /** As in an ignore file. */
  readonly excluded: readonly string[]
  /** Patterns as in an ignore file. Without these and paths to follow, everything is wanted. */
  readonly included?: readonly string[]
  /** Paths, which may have wildcards. The target of a link among them is selected as well. */
  readonly followed: readonly string[]
}

/**
 * The entries that are wanted, depth first, each folder before what is in it. What `hidden` ignores is not among them,
 * whatever is wanted.
 */
export async function* select(
  tree: Tree,
  { excluded, included = [], followed }: Selection,
  hidden = new IgnoreRules([]),
): AsyncGenerator<TreeEntry, undefined> {
  const rules = [hidden, new IgnoreRules(excluded)]
  const wanted = [...included.map(followedPath), ...(await withTargets(tree, followed))]
  const isAll = included.length + followed.length === 0 || wanted.some(({ isRoot }) => isRoot)
  const isWanted = (path: string): boolean => isAll || wanted.some((rule) => rule.covers(path))
  const mayHold = (path: string): boolean => isAll || wanted.some((rule) => rule.mayBeBelow(path))

  async function* walk(folder: string, isIgnored: boolean): AsyncGenerator<TreeEntry, undefined> {
    for (const entry of await childrenOf(tree, folder, isIgnored)) {
      const { path, type } = entry
      const ignoring = rules.filter((rule) => rule.ignores(path))
      const isListed = ignoring.length === 0 && isWanted(path)
      if (type !== 'directory') {
        if (isListed) yield checked(entry)
        continue
      }
      if (ignoring.some((rule) => !rule.mayTakeBack(path)) || (!isWanted(path) && !mayHold(path))) continue
      if (isListed) {
        yield checked(entry)
        yield* walk(path, false)
        continue
      }
      // The folder itself only comes with something in it.
      let isTold = false
      for await (const below of walk(path, ignoring.length > 0)) {
        if (!isTold) yield checked(entry)
        isTold = true
        yield below
      }
    }
  }
  yield* walk('', false)
}

/** Throws INVALID_ARGUMENT where a name or link target is not UTF-8: engines only take text. */
function checked(entry: TreeEntry): TreeEntry {
  const { path, linkTarget = '' } = entry
  const found = !isUtf8(path) ? `\`${readable(path)}\`` : !isUtf8(linkTarget) ? `the target of \`${path}\`` : undefined
  if (found === undefined) return entry
  const expected = `a directory whose names and link targets are UTF-8 (not ${found})`
  throw invalidArgument('buildImage', 'spec.context.directory', expected)
}

/** With the replacement character for bytes that are not UTF-8. */
function readable(path: string): string {
  return Buffer.from(bytesOfText(path)).toString()
}

/** An ignored folder that this user may not read has nothing to be sent. */
async function childrenOf(tree: Tree, folder: string, isIgnored: boolean): Promise<readonly TreeEntry[]> {
  try {
    return await tree.children(folder)
  } catch (error) {
    if (isIgnored && error instanceof Error && 'code' in error && error.code === 'EACCES') return []
    throw error
  }
}

interface Followed {
  readonly covers: (path: string) => boolean
  readonly mayBeBelow: (path: string) => boolean
  /** The whole tree. */
  readonly isRoot: boolean
}

/** The paths, and those to which links among them lead; a wildcard stands for the names that it fits in its folder. */
async function withTargets(tree: Tree, followed: readonly string[]): Promise<readonly Followed[]> {
  const paths = new Set<string>()
  const add = async (path: string, links = 0): Promise<void> => {
    const clean = posix
      .normalize(path)
      .replace(/^(?:\.\.?\/|\/)+/, '')
      .replace(/\/$/, '')
    if (paths.has(clean) || links > MAX_LINKS) return
    paths.add(clean)
    await follow('', clean.split('/'), links)
  }
  const follow = async (folder: string, parts: readonly string[], links: number): Promise<void> => {
    const [part = '', ...rest] = parts
    if (hasWildcard(part)) {
      const fits = pathPattern(part)
      for (const { path } of await tree.children(folder)) {
        const name = path.slice(path.lastIndexOf('/') + 1)
        if (fits.test(name)) await followOne(path, rest, links)
      }
    } else await followOne(folder === '' ? part : `${folder}/${part}`, rest, links)
  }
  const followOne = async (path: string, rest: readonly string[], links: number): Promise<void> => {
    const entry = await tree.entry(path)
    if (entry?.type === 'symlink') {
      const { linkTarget = '' } = entry
      paths.add(literalPattern(path))
      const target = linkTarget.startsWith('/') ? linkTarget : posix.join(posix.dirname(path), linkTarget)
      await add(posix.join(literalPattern(target), ...rest), links + 1)
    } else if (entry?.type === 'directory' && rest.length > 0) await follow(path, rest, links)
  }
  for (const path of followed) await add(path)
  return [...paths].map(followedPath)
}

function hasWildcard(path: string): boolean {
  return /[*?[\\]/.test(path)
}

function followedPath(path: string): Followed {
  const rules = new IgnoreRules([path])
  const parts = path.split('/')
  const above = parts.map((_, index) => rulesOrNone(parts.slice(0, index + 1).join('/')))
  return {
    isRoot: ['', '.', '/'].includes(path),
    covers: (candidate) => rules.ignores(candidate),
    mayBeBelow: (candidate) => {
      const depth = candidate.split('/').length
      const isWild = parts.slice(0, depth).some((part) => part.includes('**'))
      // The beginning of a pattern may be none, such as that of a class with a slash in it.
      return isWild || (depth < parts.length && (above[depth - 1]?.ignores(candidate) ?? true))
    },
  }
}

function rulesOrNone(pattern: string): IgnoreRules | undefined {
  try {
    return new IgnoreRules([pattern])
  } catch {
    return undefined
  }
}
