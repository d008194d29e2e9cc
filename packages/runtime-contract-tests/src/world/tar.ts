import { collectBytes } from '@moorage/runtime-core'
import { extract, pack, type Headers } from 'tar-stream'

/** One entry of an archive. */
export interface TarEntry extends Headers {
  readonly text?: string
}

/** An archive of these entries. */
export function tarOf(...entries: readonly TarEntry[]): AsyncIterable<Uint8Array> {
  const archive = pack()
  for (const { text = '', ...header } of entries) {
    if (header.type === undefined || header.type === 'file') archive.entry(header, text)
    else archive.entry(header)
  }
  archive.finalize()
  return archive
}

/** The entries of an archive; of files with their text. */
export async function entriesOf(archive: AsyncIterable<Uint8Array>): Promise<readonly TarEntry[]> {
  const found: TarEntry[] = []
  const unpacked = extract()
  // All of it first: what the archive fails with is the failure.
  unpacked.end(await collectBytes(archive))
  for await (const entry of unpacked) {
    const chunks: Uint8Array[] = []
    for await (const chunk of entry) chunks.push(chunk as Uint8Array)
    found.push({ ...entry.header, text: Buffer.concat(chunks).toString('utf8') })
  }
  return found
}
