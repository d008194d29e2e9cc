import type { FakeFileAccess } from '../programs/program.ts'
import { toBytes } from './bytes.ts'

/** Files by absolute path. */
export type FileTree = Map<string, Uint8Array>

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

/** A container's files: its own tree, and parts of others at their paths. */
export function fileAccess(own: FileTree, mounts: readonly MountedTree[], readOnlyRoot: boolean): FakeFileAccess {
  const place = (path: string): Place => {
    const whole = normalized(path)
    const mount = mounts
      .filter(({ target }) => isWithin(whole, target))
      .toSorted((one, other) => other.target.length - one.target.length)[0]
    if (mount === undefined) return { tree: own, path: whole, readOnly: readOnlyRoot }
    const { tree, base, target, readOnly } = mount
    return { tree, path: normalized(`${base}/${whole.slice(target.length)}`), readOnly }
  }
  const writable = (path: string): Place => {
    const found = place(path)
    if (found.readOnly) throw new Error(`${path}: Read-only file system`)
    return found
  }
  return {
    read(path) {
      const found = place(path)
      return found.tree.get(found.path)
    },
    write(path, content) {
      const found = writable(path)
      found.tree.set(found.path, toBytes(content))
    },
    remove(path) {
      const found = writable(path)
      found.tree.delete(found.path)
    },
    list(directory) {
      const start = normalized(directory)
      const mounted = mounts.flatMap(({ target, tree, base }) =>
        [...tree.keys()]
          .filter((path) => isWithin(path, base))
          .map((path) => normalized(`${target}/${base === '/' ? path : path.slice(base.length)}`)),
      )
      const visible = [...own.keys()].filter((path) => !mounts.some(({ target }) => isWithin(path, target)))
      return [...visible, ...mounted].filter((path) => isWithin(path, start)).sort()
    },
  }
}

/** Whether a path is the directory or lies below it. */
export function isWithin(path: string, directory: string): boolean {
  return directory === '/' || path === directory || path.startsWith(`${directory}/`)
}

/** A tree from a record of files. */
export function fileTree(files: Readonly<Record<string, string | Uint8Array>> = {}): FileTree {
  return new Map(Object.entries(files).map(([path, content]) => [normalized(path), toBytes(content)]))
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
