import { invalidArgument } from '@moorage/runtime-core'
import type { Headers } from 'tar-stream'

export interface TarEntry {
  readonly header: Headers
  readonly content: Uint8Array
}

/** The entries of an archive, one after the other; rejects with INVALID_ARGUMENT where it is none. */
export async function* unpacked(
  operation: string,
  archive: AsyncIterable<Uint8Array>,
): AsyncGenerator<TarEntry, undefined> {
  const { extract } = await import('tar-stream')
  const source = extract()
  let failure: unknown
  const feeding = feed(archive, source).catch((error: unknown) => {
    failure = error
    source.destroy()
  })
  try {
    for await (const entry of source) {
      const chunks: Uint8Array[] = []
      for await (const chunk of entry) chunks.push(chunk as Uint8Array)
      yield { header: entry.header, content: joined(chunks) }
    }
  } catch (error) {
    if (failure !== undefined) throw failure
    const text = error instanceof Error ? error.message : String(error)
    throw invalidArgument(operation, 'archive', `a tar stream (${text})`)
  } finally {
    source.destroy()
    await feeding
  }
  if (failure !== undefined) throw failure
}

async function feed(
  archive: AsyncIterable<Uint8Array>,
  source: {
    write(chunk: Uint8Array): boolean
    end(): unknown
    once(event: 'drain' | 'close', listener: () => void): unknown
    readonly destroyed: boolean
  },
): Promise<void> {
  for await (const chunk of archive) {
    if (source.destroyed) return
    if (source.write(chunk)) continue
    await new Promise<void>((resolve) => {
      source.once('drain', resolve)
      source.once('close', resolve)
    })
  }
  source.end()
}

/** An archive of the entries. */
export async function packed(entries: readonly TarEntry[]): Promise<AsyncIterable<Uint8Array>> {
  const { pack } = await import('tar-stream')
  const archive = pack()
  for (const { header, content } of entries) {
    if (header.type === 'file') archive.entry(header, content as Buffer)
    else archive.entry(header)
  }
  archive.finalize()
  return archive
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.byteLength, 0))
  let place = 0
  for (const chunk of chunks) {
    bytes.set(chunk, place)
    place += chunk.byteLength
  }
  return bytes
}
