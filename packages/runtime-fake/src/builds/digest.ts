import { createHash } from 'node:crypto'
import type { FileNode, FileTree } from '../engine/files.ts'

/** What something was made from, in one word. */
export function keyOf(before: string, parts: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([before, ...parts]))
    .digest('hex')
}

/** Of what is different, with all that a step could see of it but its time. */
export function digestOf(before: FileTree, after: FileTree): string {
  const digest = createHash('sha256')
  for (const [path, node] of after) {
    if (before.get(path) === node) continue
    digest.update(JSON.stringify([path, node.type, node.mode, node.userId, node.groupId, linkTargetOf(node)]))
    if (node.type === 'file') digest.update(node.content)
  }
  return digest.digest('hex')
}

function linkTargetOf(node: FileNode): string {
  return node.type === 'symlink' ? node.linkTarget : ''
}
