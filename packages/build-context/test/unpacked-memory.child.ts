import { tarFiller, tarHeader } from '../src/tar/write.ts'
import { unpackedTree } from '../src/unpacked.ts'

const chunkBytes = 64 * 1024
const chunks = 2000

/** The greatest number of yielded chunks that were still in memory at any sample. */
let held = 0
const references: WeakRef<Uint8Array>[] = []

async function* archive(): AsyncGenerator<Uint8Array, undefined> {
  yield tarHeader({ name: 'big', type: 'file', mode: 0o644, sizeBytes: chunks * chunkBytes })
  for (let count = 1; count <= chunks; count += 1) {
    if (count % 500 === 0) {
      // A WeakRef keeps its target until the turn in which it was made or read is over.
      await new Promise((resolve) => setImmediate(resolve))
      globalThis.gc?.()
      held = Math.max(held, references.filter((reference) => reference.deref() !== undefined).length)
    }
    const chunk = new Uint8Array(chunkBytes)
    references.push(new WeakRef(chunk))
    yield chunk
  }
  yield tarFiller(chunks * chunkBytes)
  yield new Uint8Array(1024)
}

await using tree = await unpackedTree('buildImage', archive(), new AbortController().signal)
const size = (await tree.entry('big'))?.sizeBytes
process.stdout.write(JSON.stringify({ held, size }))
