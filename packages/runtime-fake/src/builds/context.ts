import { contextEntries, type BuildSource, type TreeEntry } from '@moorage/build-context'
import type { FakeEngine } from '../engine/engine.ts'
import { normalized, type FileNode, type FileTree } from '../engine/files.ts'
import type { KeptFile } from '../engine/records.ts'

/** A context as the steps see it, and how much of it had to be read: what has not changed is there from before. */
export interface ReadContext {
  readonly files: FileTree
  readonly readBytes: number
}

/** Reads the context without what its ignore file leaves out. */
export async function readContext(
  engine: FakeEngine,
  source: BuildSource,
  signal: AbortSignal | undefined,
): Promise<ReadContext> {
  const before = engine.contexts.get(source.sharedKey)
  const kept = new Map<string, KeptFile>()
  let readBytes = 0
  for await (const entry of contextEntries(source)) {
    signal?.throwIfAborted()
    const known = before?.get(entry.path)
    if (known !== undefined && isSame(known.entry, entry)) {
      kept.set(entry.path, known)
      continue
    }
    const node = await nodeOf(source, entry)
    if (node === undefined) continue
    kept.set(entry.path, { entry, node })
    readBytes += node.type === 'file' ? node.content.byteLength : 0
  }
  if (source.isKept) engine.contexts.set(source.sharedKey, kept)
  return { files: new Map([...kept].map(([path, { node }]) => [normalized(path), node])), readBytes }
}

function isSame(one: TreeEntry, other: TreeEntry): boolean {
  return (['type', 'mode', 'sizeBytes', 'modifiedAt', 'linkTarget'] as const).every((name) => one[name] === other[name])
}

/** Everything belongs to root, as engines have it; a pipe would be nothing in memory. */
async function nodeOf({ tree }: BuildSource, entry: TreeEntry): Promise<FileNode | undefined> {
  const { path, type, mode, linkTarget = '' } = entry
  const metadata = { mode, userId: 0, groupId: 0, modifiedAt: new Date(entry.modifiedAt / 1e6) }
  if (type === 'directory') return { type, ...metadata }
  if (type === 'symlink') return { type, linkTarget, ...metadata, mode: 0o777 }
  if (type !== 'file') return undefined
  const pieces: Uint8Array[] = []
  for await (const piece of tree.read(path)) pieces.push(piece)
  return { type, content: new Uint8Array(Buffer.concat(pieces)), ...metadata }
}
