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
  read(path: string): AsyncIterable<Uint8Array>
}

/** What stands at a path; links are not followed. */
export async function entryAt(tree: Tree, path: string): Promise<TreeEntry | undefined> {
  const siblings = await tree.children(folderOf(path))
  return siblings.find((entry) => entry.path === path)
}

/** The whole of a file as text; `undefined` where there is none. */
export async function textAt(tree: Tree, path: string): Promise<string | undefined> {
  if ((await entryAt(tree, path)) === undefined) return undefined
  const pieces: Uint8Array[] = []
  for await (const piece of tree.read(path)) pieces.push(piece)
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
    async *read(path) {
      yield* ((await entryAt(over, path)) === undefined ? tree : over).read(path)
    },
  }
}
