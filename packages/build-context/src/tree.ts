/** What stands in a context, as the engine is told of it. */
export interface TreeEntry {
  /** Relative, with slashes. */
  readonly path: string
  readonly type: 'file' | 'directory' | 'symlink' | 'fifo'
  /** The permissions, with setuid, setgid and sticky. */
  readonly mode: number
  readonly sizeBytes: number
  /** In nanoseconds since 1970. */
  readonly modifiedAt: number
  readonly linkTarget?: string
}

/** Files that the engine can ask for. */
export interface Tree {
  /** The entries of a folder by their names, in the order of their bytes; nothing where there is no such folder. */
  children(folder: string): Promise<readonly TreeEntry[]>
  /** What stands at a path; no link is followed, neither at its end nor on the way. */
  entry(path: string): Promise<TreeEntry | undefined>
  /** The content of a file; no link is followed. */
  read(path: string): AsyncIterable<Uint8Array>
}

/** The most symbolic links that Linux follows in one path. */
export const MAX_LINKS = 40

/**
 * Where a path leads, links on it followed as if the tree were all there is; `undefined` where nothing stands. The paths of
 * the folders, links and files on the way are added to `passed`.
 */
export async function resolved(tree: Tree, path: string, passed?: Set<string>): Promise<TreeEntry | undefined> {
  const rest = path.split('/')
  let at: readonly string[] = []
  let found: TreeEntry | undefined
  let links = 0
  for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
    if (part === '' || part === '.') continue
    if (part === '..') {
      at = at.slice(0, -1)
      found = at.length === 0 ? undefined : await tree.entry(at.join('/'))
      continue
    }
    found = await tree.entry([...at, part].join('/'))
    if (found === undefined) return undefined
    passed?.add(found.path)
    if (found.type !== 'symlink') {
      at = [...at, part]
      continue
    }
    links += 1
    if (links > MAX_LINKS) return undefined
    const target = found.linkTarget ?? ''
    if (target.startsWith('/')) at = []
    rest.unshift(...target.split('/'))
    found = undefined
  }
  return found
}

/** The whole of a file as text; `undefined` where there is none. Links are followed within the tree. */
export async function textAt(tree: Tree, path: string): Promise<string | undefined> {
  const found = await resolved(tree, path)
  if (found?.type !== 'file') return undefined
  const pieces: Uint8Array[] = []
  for await (const piece of tree.read(found.path)) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}

/** The folder that a path stands in; the context itself is the empty text. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0))
}

/** The order of UTF-8, which is not that of a string's own units. */
export function byBytes(one: TreeEntry, other: TreeEntry): number {
  return Buffer.compare(Buffer.from(one.path), Buffer.from(other.path))
}

/** Another tree with some files put over it. */
export function overlaid(tree: Tree, over: Tree): Tree {
  return {
    async children(folder) {
      const upper = await over.children(folder)
      const lower = (await tree.children(folder)).filter(({ path }) => upper.every((entry) => entry.path !== path))
      return [...upper, ...lower].sort(byBytes)
    },
    entry: async (path) => (await over.entry(path)) ?? tree.entry(path),
    async *read(path) {
      yield* ((await over.entry(path)) === undefined ? tree : over).read(path)
    },
  }
}
