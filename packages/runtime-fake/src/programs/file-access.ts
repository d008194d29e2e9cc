import { plainFile, type FileSystem } from '../engine/files.ts'
import type { FakeFileAccess } from './program.ts'

/** Files that the kernel makes up when they are read. */
export type KernelFiles = Readonly<Record<string, () => string>>

/** The files of a container as a program sees them. */
export function fileAccess(files: FileSystem, kernel: KernelFiles, now: () => Date): FakeFileAccess {
  return {
    read(path) {
      const made = kernel[path]
      if (made !== undefined) return new TextEncoder().encode(made())
      const node = files.lookup(files.resolve(path))
      return node?.type === 'file' ? node.content : undefined
    },
    details: (path) => files.lookup(files.resolve(path)),
    write: (path, content) => files.put(files.resolve(path), plainFile(content, now())),
    remove: (path) => files.remove(path),
    list: (directory) =>
      files
        .list(directory)
        .filter(([, { type }]) => type !== 'directory')
        .map(([path]) => path),
  }
}
