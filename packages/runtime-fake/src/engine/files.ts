import { toBytes } from './bytes.ts'

/** What a file system keeps of everything in it. */
export interface FileMetadata {
  /** Permission bits, such as 0o644. */
  readonly mode: number
  readonly userId: number
  readonly groupId: number
  readonly modifiedAt: Date
}

/** What stands at a path. */
export type FileNode =
  | (FileMetadata & { readonly type: 'file'; readonly content: Uint8Array })
  | (FileMetadata & { readonly type: 'directory' })
  | (FileMetadata & { readonly type: 'symlink'; readonly linkTarget: string })

/** Nodes by absolute path; the directories above them are there without being written down. */
export type FileTree = Map<string, FileNode>

/** A part of a tree that stands at a path of a container. */
export interface MountedTree {
  readonly target: string
  readonly tree: FileTree
  /** What of the tree is seen there; `/` is all of it. */
  readonly base: string
  readonly readOnly: boolean
}

interface Place {
  readonly tree: FileTree
  readonly path: string
  readonly readOnly: boolean
}

/** As many links as a kernel follows. */
const mostLinks = 40

/** Directories that every image has. */
const commonDirectories: readonly string[] = [
  ...['/bin', '/dev', '/dev/shm', '/etc', '/home', '/proc', '/root', '/sbin', '/sys', '/tmp', '/usr', '/var'],
  ...['/usr/bin', '/usr/sbin', '/usr/local/bin'],
]

const epoch = new Date(0)
const owner = { userId: 0, groupId: 0 }
export const usualDirectory: FileNode = { type: 'directory', mode: 0o755, ...owner, modifiedAt: epoch }

/** One file system made of a container's own tree and parts of others at their paths. */
export class FileSystem {
  readonly #own: FileTree
  readonly #mounts: readonly MountedTree[]
  readonly #readOnlyRoot: boolean

  constructor(own: FileTree, mounts: readonly MountedTree[], readOnlyRoot: boolean) {
    this.#own = own
    this.#mounts = mounts
    this.#readOnlyRoot = readOnlyRoot
  }

  /** What stands there; a link itself, with links above it followed. */
  lookup(path: string): FileNode | undefined {
    const whole = this.#throughParents(path)
    const found = this.#place(whole)
    return found.tree.get(found.path) ?? (this.#isDirectory(whole) ? usualDirectory : undefined)
  }

  /** Where a path leads to when every link is followed. */
  resolve(path: string): string {
    let current = this.#throughParents(path)
    for (let links = 0; links < mostLinks; links += 1) {
      const node = this.lookup(current)
      if (node?.type !== 'symlink') return current
      current = this.#throughParents(linkedPath(current, node.linkTarget))
    }
    throw new Error(`${path}: Too many levels of symbolic links`)
  }

  put(path: string, node: FileNode): void {
    const found = this.#writable(this.#throughParents(path))
    found.tree.set(found.path, node)
  }

  remove(path: string): void {
    const found = this.#writable(this.#throughParents(path))
    found.tree.delete(found.path)
  }

  /** All nodes at the path and below it, by their paths, parents first. */
  list(directory: string): readonly (readonly [path: string, node: FileNode])[] {
    const start = this.resolve(directory)
    const mounted = this.#mounts.flatMap(({ target, tree, base }) =>
      [...tree]
        .filter(([path]) => isWithin(path, base))
        .map(
          ([path, node]) => [normalized(`${target}/${base === '/' ? path : path.slice(base.length)}`), node] as const,
        ),
    )
    const visible = [...this.#own].filter(([path]) => !this.#mounts.some(({ target }) => isWithin(path, target)))
    return [...visible, ...mounted]
      .filter(([path]) => isWithin(path, start))
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
  }

  #place(whole: string): Place {
    const mount = this.#mounts
      .filter(({ target }) => isWithin(whole, target))
      .toSorted((one, other) => other.target.length - one.target.length)[0]
    if (mount === undefined) return { tree: this.#own, path: whole, readOnly: this.#readOnlyRoot }
    const { tree, base, target, readOnly } = mount
    return { tree, path: normalized(`${base}/${whole.slice(target.length)}`), readOnly }
  }

  #writable(whole: string): Place {
    const found = this.#place(whole)
    if (found.readOnly) throw new Error(`${whole}: Read-only file system`)
    return found
  }

  #isDirectory(whole: string): boolean {
    if (whole === '/' || this.#mounts.some(({ target }) => isWithin(target, whole))) return true
    if (commonDirectories.includes(whole)) return true
    const { tree, path } = this.#place(whole)
    return [...tree.keys()].some((known) => known !== path && isWithin(known, path))
  }

  #throughParents(path: string): string {
    let current = '/'
    for (const part of normalized(path)
      .split('/')
      .filter((name) => name !== '')) {
      if (current !== '/') {
        const { tree, path: inTree } = this.#place(current)
        const parent = tree.get(inTree)
        if (parent?.type === 'symlink') current = this.resolve(linkedPath(current, parent.linkTarget))
      }
      current = current === '/' ? `/${part}` : `${current}/${part}`
    }
    return current
  }
}

/** A file as a program leaves one. */
export function plainFile(content: Uint8Array | string, modifiedAt: Date): FileNode {
  return { type: 'file', content: toBytes(content), mode: 0o644, ...owner, modifiedAt }
}

/** Whether a path is the directory or lies below it. */
export function isWithin(path: string, directory: string): boolean {
  return directory === '/' || path === directory || path.startsWith(`${directory}/`)
}

/** A tree from a record of files. */
export function fileTree(files: Readonly<Record<string, string | Uint8Array>> = {}): FileTree {
  return new Map(Object.entries(files).map(([path, content]) => [normalized(path), plainFile(content, epoch)]))
}

/** The directory that a path stands in. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

/** An absolute path without empty, `.` and `..` parts. */
export function normalized(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

function linkedPath(link: string, linkTarget: string): string {
  return normalized(linkTarget.startsWith('/') ? linkTarget : `${parentOf(link)}/${linkTarget}`)
}
