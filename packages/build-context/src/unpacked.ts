import { createReadStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { invalidArgument } from '@moorage/runtime-core'
import { Extraction, RefusedEntry } from './extraction.ts'
import { listedTree, type Leaf } from './listed.ts'
import { tarFiles, type TarFile } from './tar/entries.ts'
import type { TarEntry, TarType } from './tar/entry.ts'
import { TarFault } from './tar/fault.ts'
import { isUtf8 } from './tar/text.ts'
import type { Tree, TreeEntry } from './tree.ts'

/** The types of an archive's entries that are part of a context; devices are none. */
const types: Partial<Record<TarType, TreeEntry['type']>> = {
  file: 'file',
  'contiguous-file': 'file',
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
  const extraction = new Extraction()
  let fileCount = 0
  try {
    for await (const { entry, parts } of tarFiles(stoppable(archive, signal))) {
      const text = [entry.name, entry.linkName].find((name) => !isUtf8(name))
      if (text !== undefined) throw new RefusedEntry(`an archive whose names are UTF-8 (not \`${text}\`)`)
      const type = types[entry.type]
      if (entry.type === 'hard-link') extraction.link(entry.name, entry.linkName)
      else if (type === undefined) extraction.remove(entry.name)
      else {
        // No entry's name, which the archive may have twice.
        const file = join(folder, String(fileCount))
        fileCount += 1
        if (type === 'file') await write(file, entry, parts)
        const describe = (path: string): TreeEntry => entryOf(path, type, entry)
        extraction.put(entry.name, describe, () => createReadStream(file))
      }
    }
  } catch (error) {
    if (error instanceof RefusedEntry) throw refused(operation, error.message)
    throw error instanceof TarFault ? refused(operation, `a tar stream (${error.message})`) : error
  }
  return extraction.leaves()
}

/** Holes of sparse files stay holes: they may be larger than the disk. Each part is written before the next is requested. */
async function write(file: string, { name, sizeBytes }: TarEntry, parts: TarFile['parts']): Promise<void> {
  await using handle = await open(file, 'wx')
  for await (const { offset, bytes } of parts) {
    for (let written = 0; written < bytes.byteLength;) {
      const left = bytes.subarray(written)
      written += (await handle.write(left, 0, left.byteLength, offset + written)).bytesWritten
    }
  }
  try {
    await handle.truncate(sizeBytes)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'EFBIG' || error.code === 'EINVAL'))) throw error
    throw new RefusedEntry(`an archive whose files fit on this machine (not \`${name}\` of ${sizeBytes} bytes)`)
  }
}

/** The chunks of a source until the signal aborts, also while it yields none. */
async function* stoppable(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, undefined> {
  const chunks = source[Symbol.asyncIterator]()
  let rejectPending: (reason: unknown) => void = () => undefined
  const stop = (): void => rejectPending(signal?.reason)
  // Not Promise.race with one long-lived promise, which would keep every chunk in memory until the archive ends.
  const next = (): Promise<IteratorResult<Uint8Array, unknown>> =>
    new Promise((resolve, reject) => {
      rejectPending = reject
      chunks.next().then(resolve, reject)
    })
  signal?.addEventListener('abort', stop, { once: true })
  try {
    for (;;) {
      signal?.throwIfAborted()
      const { done, value } = await next()
      if (done === true) return
      yield value
    }
  } finally {
    signal?.removeEventListener('abort', stop)
    // It may never answer.
    Promise.resolve(chunks.return?.()).catch(() => undefined)
  }
}

function refused(operation: string, expected: string): Error {
  return invalidArgument(operation, 'spec.context.tar', expected)
}

function entryOf(
  path: string,
  type: TreeEntry['type'],
  { mode, sizeBytes, modifiedAt, linkName }: TarEntry,
): TreeEntry {
  return {
    path,
    type,
    mode: mode & 0o7777,
    sizeBytes: type === 'file' ? sizeBytes : 0,
    modifiedAt: modifiedAt * 1e9,
    ...(type === 'symlink' && { linkTarget: linkName }),
  }
}
