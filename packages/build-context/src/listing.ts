import { posix } from 'node:path'
import { select, type Selection } from './selection.ts'
import { ignoreFile, type BuildSource } from './source.ts'
import { resolved, type Tree, type TreeEntry } from './tree.ts'

/** What an engine may see of a build's files, whatever it asks for. */
export interface Listing {
  entries(selection: Selection): AsyncIterable<TreeEntry>
  read(path: string): AsyncIterable<Uint8Array>
}

/** Everything of the context that its ignore file does not leave out. */
export function contextEntries({ tree, ignored }: BuildSource): AsyncIterable<TreeEntry> {
  return select(tree, { excluded: [], followed: [] }, ignored)
}

/** The context, of which nothing is listed that its ignore file leaves out; the ignore file itself is, where it alone is asked for. */
export function contextListing({ tree, ignored }: BuildSource): Listing {
  return {
    async *entries(selection) {
      const { included = [], followed } = selection
      const isIgnoreFile = [...included, ...followed].every((path) => path === ignoreFile)
      if (isIgnoreFile && included.length + followed.length > 0)
        yield* only(await pathsTo(tree, [ignoreFile]), select(tree, selection))
      else yield* select(tree, selection, ignored)
    },
    read: (path) => tree.read(path),
  }
}

/** The Dockerfile and its ignore file, with what they lead to as links, and nothing else. */
export function dockerfileListing({ dockerfileTree: tree, dockerfile }: BuildSource): Listing {
  const folder = posix.dirname(dockerfile)
  const names = [dockerfile, `${dockerfile}${ignoreFile}`, ignoreFile]
  // As engines have it: the name may be written small.
  if (posix.basename(dockerfile) === 'Dockerfile') names.push(posix.join(folder, 'dockerfile'))
  return {
    async *entries(selection) {
      yield* only(await pathsTo(tree, names), select(tree, selection))
    },
    read: (path) => tree.read(path),
  }
}

/** Of paths that may be links: all that is needed to reach what they lead to. */
async function pathsTo(tree: Tree, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const passed = new Set<string>()
  for (const path of paths) await resolved(tree, path, passed)
  return passed
}

async function* only(paths: ReadonlySet<string>, entries: AsyncIterable<TreeEntry>): AsyncGenerator<TreeEntry> {
  for await (const entry of entries) if (paths.has(entry.path)) yield entry
}
