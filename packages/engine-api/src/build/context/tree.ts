import { createReadStream } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'

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

const permissionBits = 0o7777

/** A folder on this machine. */
export function directoryTree(root: string): Tree {
  return {
    async children(folder) {
      const names = await readdir(join(root, folder)).catch((error: unknown) => {
        if (isGone(error)) return []
        throw error
      })
      const entries = await Promise.all(names.map((name) => entryOf(root, folder === '' ? name : `${folder}/${name}`)))
      return entries.filter((entry) => entry !== undefined).sort(byBytes)
    },
    read: (path) => createReadStream(join(root, path)),
  }
}

async function entryOf(root: string, path: string): Promise<TreeEntry | undefined> {
  try {
    const found = await lstat(join(root, path), { bigint: true })
    const common = {
      path,
      mode: Number(found.mode) & permissionBits,
      sizeBytes: Number(found.size),
      modifiedAt: Number(found.mtimeNs),
    }
    if (found.isDirectory()) return { ...common, type: 'directory', sizeBytes: 0 }
    if (found.isSymbolicLink()) return { ...common, type: 'symlink', linkTarget: await readlink(join(root, path)) }
    if (found.isFIFO()) return { ...common, type: 'fifo', sizeBytes: 0 }
    // Sockets and devices are no part of a context.
    return found.isFile() ? { ...common, type: 'file' } : undefined
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

/** Removed while it was looked at. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}

/** Files in memory, by their paths. */
export function memoryTree(files: Readonly<Record<string, string | Uint8Array>>): Tree {
  const contents = new Map(
    Object.entries(files).map(([path, content]) => [path.replace(/^(?:\.?\/)+/, ''), toBytes(content)]),
  )
  return {
    async children(folder) {
      const prefix = folder === '' ? '' : `${folder}/`
      const entries = new Map<string, TreeEntry>()
      for (const [path, content] of contents) {
        if (!path.startsWith(prefix)) continue
        const [name = '', ...below] = path.slice(prefix.length).split('/')
        const common = { path: `${prefix}${name}`, modifiedAt: 0 }
        if (below.length > 0) entries.set(name, { ...common, type: 'directory', mode: 0o755, sizeBytes: 0 })
        else entries.set(name, { ...common, type: 'file', mode: 0o644, sizeBytes: content.byteLength })
      }
      return [...entries.values()].sort(byBytes)
    },
    async *read(path) {
      yield contents.get(path) ?? new Uint8Array(0)
    },
  }
}

function toBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content
}

/** The order of UTF-8, which is not that of a string's own units. */
function byBytes(one: TreeEntry, other: TreeEntry): number {
  return Buffer.compare(Buffer.from(one.path), Buffer.from(other.path))
}

/** Another tree with some files put over it. */
export function overlaid(tree: Tree, files: Readonly<Record<string, string>>): Tree {
  const over = memoryTree(files)
  return {
    async children(folder) {
      const upper = await over.children(folder)
      const lower = (await tree.children(folder)).filter(({ path }) => upper.every((entry) => entry.path !== path))
      return [...upper, ...lower].sort(byBytes)
    },
    read: (path) => (Object.hasOwn(files, path) ? over : tree).read(path),
  }
}
