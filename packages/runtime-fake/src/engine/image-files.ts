import { fileTree, normalized, usualDirectory, type FileTree } from './files.ts'
import type { ImageContent } from './records.ts'

/** What a container of the image begins with. */
export function imageFiles({ tree, files, workingDirectory }: ImageContent): FileTree {
  const found = tree === undefined ? fileTree(files) : new Map(tree)
  if (workingDirectory !== undefined && !found.has(normalized(workingDirectory)))
    found.set(normalized(workingDirectory), usualDirectory)
  return found
}

/** The bytes of all files. */
export function sizeOf(files: FileTree): number {
  return [...files.values()].reduce((sum, node) => sum + (node.type === 'file' ? node.content.byteLength : 0), 0)
}
