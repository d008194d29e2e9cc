import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { invalidArgument } from '@moorage/runtime-core'
import type { Headers } from 'tar-stream'
import { Extraction, RefusedEntry } from './extraction.ts'
import { listedTree, type Leaf } from './listed.ts'
import type { Tree, TreeEntry } from './tree.ts'

/** The types of an archive's entries that have a part in a context; devices have none, and what is not listed is refused. */
const types: Partial<Record<NonNullable<Headers['type']>, TreeEntry['type'] | 'link' | 'device'>> = {
  file: 'file',
  'contiguous-file': 'file',
  link: 'link',
  directory: 'directory',
  symlink: 'symlink',
  fifo: 'fifo',
  'character-device': 'device',
  'block-device': 'device',
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
  const extraction = new Extraction()
  const source = Readable.from(archive, { objectMode: false })
  const entries = extract()
  let failure: { readonly error: unknown } | undefined
  source.on('error', (error) => {
    failure = { error }
    entries.destroy(error)
  })
  source.pipe(entries)
  let fileCount = 0
  try {
    for await (const entry of entries) {
      signal?.throwIfAborted()
      const { header } = entry
      const type = typeOf(header)
      if (type === 'link') extraction.link(header.name, header.linkname ?? '')
      else if (type === 'device') extraction.remove(header.name)
      else {
        // No entry's name, which the archive may have twice.
        const file = join(folder, String(fileCount))
        fileCount += 1
        if (type === 'file') await pipeline(entry, createWriteStream(file))
        const describe = (path: string): TreeEntry => entryOf(path, type, header)
        extraction.put(header.name, describe, () => createReadStream(file))
      }
      entry.resume()
    }
  } catch (error) {
    if (failure !== undefined || signal?.aborted === true) throw failure?.error ?? error
    if (error instanceof RefusedEntry) throw invalidArgument(operation, 'spec.context.tar', error.message)
    const words = error instanceof Error ? ` (${error.message})` : ''
    throw invalidArgument(operation, 'spec.context.tar', `a tar stream${words}`)
  } finally {
    source.destroy()
  }
  if (failure !== undefined) throw failure.error
  return extraction.leaves()
}

/** The parser knows no sparse files: their content would be the list of their pieces. */
function typeOf(header: Headers): TreeEntry['type'] | 'link' | 'device' {
  const { name, type } = header
  const found = type === undefined || type === null ? undefined : types[type]
  const isSparse = 'pax' in header && Object.keys(Object(header.pax)).some((key) => key.startsWith('GNU.sparse.'))
  if (found === undefined || isSparse)
    throw new RefusedEntry(
      `an archive of files, folders and links (\`${name}\` is a sparse file, or of an unknown type)`,
    )
  return found
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
