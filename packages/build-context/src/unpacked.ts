import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { invalidArgument, leavesDirectory } from '@moorage/runtime-core'
import type { Headers } from 'tar-stream'
import { cleanPath, listedTree, type Leaf } from './listed.ts'
import type { Tree, TreeEntry } from './tree.ts'

/** The types of an archive's entries that are part of a context; a hard link is the file that it leads to. */
const types: Partial<Record<NonNullable<Headers['type']>, TreeEntry['type']>> = {
  file: 'file',
  'contiguous-file': 'file',
  link: 'file',
  directory: 'directory',
  symlink: 'symlink',
  fifo: 'fifo',
}

/** A tar stream as a tree: what stands in its files waits in a folder of this machine until it is disposed of. */
export async function unpackedTree(
  operation: string,
  archive: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<Tree & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'moorage-context-'))
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    const leaves = await unpack(operation, archive, folder, signal)
    return { ...listedTree(leaves), [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

async function unpack(
  operation: string,
  archive: AsyncIterable<Uint8Array>,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<readonly Leaf[]> {
  const { extract } = await import('tar-stream')
  const leaves = new Map<string, Leaf>()
  const source = Readable.from(archive, { objectMode: false })
  const entries = extract()
  let failure: { readonly error: unknown } | undefined
  source.on('error', (error) => {
    failure = { error }
    entries.destroy(error)
  })
  source.pipe(entries)
  try {
    for await (const entry of entries) {
      signal?.throwIfAborted()
      const { header } = entry
      const path = pathOf(operation, header.name)
      const type = types[header.type ?? 'file']
      const file = join(folder, String(leaves.size))
      if (header.type === 'link') {
        const target = leaves.get(pathOf(operation, header.linkname ?? ''))
        if (target !== undefined) leaves.set(path, { ...target, entry: { ...target.entry, path } })
      } else if (type === 'file') await pipeline(entry, createWriteStream(file))
      entry.resume()
      // The archive itself is no entry of it, and devices are no part of a context.
      if (type === undefined || path === '' || header.type === 'link') continue
      leaves.set(path, { entry: entryOf(path, type, header), read: () => createReadStream(file) })
    }
  } catch (error) {
    if (failure !== undefined || signal?.aborted === true || isRefusal(error)) throw failure?.error ?? error
    const words = error instanceof Error ? ` (${error.message})` : ''
    throw invalidArgument(operation, 'spec.context.tar', `a tar stream${words}`)
  } finally {
    source.destroy()
  }
  if (failure !== undefined) throw failure.error
  return [...leaves.values()]
}

function pathOf(operation: string, name: string): string {
  if (leavesDirectory(name))
    throw invalidArgument(operation, 'spec.context.tar', `an archive whose entries stay within it (not \`${name}\`)`)
  return cleanPath(name)
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'INVALID_ARGUMENT'
}

function entryOf(path: string, type: TreeEntry['type'], { mode, size, mtime, linkname }: Headers): TreeEntry {
  return {
    path,
    type,
    mode: mode ?? 0o644,
    sizeBytes: type === 'file' ? (size ?? 0) : 0,
    modifiedAt: (mtime?.getTime() ?? 0) * 1e6,
    ...(type === 'symlink' && { linkTarget: linkname ?? '' }),
  }
}
