import { Readable } from 'node:stream'
import { extract, pack } from 'tar-stream'

/** An archive without the entries whose path it has had before. */
export async function firstEntries(archive: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const paths = new Set<string>()
  const result = pack()
  const entries = extract()
  entries.end(Buffer.concat(await Readable.from(archive).toArray()))
  for await (const entry of entries) {
    const path = entry.header.name.replace(/^\.\//, '')
    const content: Uint8Array[] = []
    for await (const piece of entry) content.push(piece as Uint8Array)
    if (!paths.has(path)) result.entry(entry.header, Buffer.concat(content))
    paths.add(path)
  }
  result.finalize()
  return result
}
