import type { LogChunk } from '@moorage/runtime-core'
import type { FakeEngine } from '../engine/engine.ts'
import type { ContainerRecord } from '../engine/records.ts'

const lineEnd = 10

/** Keeps what the process wrote, a line an entry, and passes it on to who is attached: they may be slow. */
export async function logOutput(engine: FakeEngine, container: ContainerRecord, chunk: LogChunk): Promise<void> {
  for (const bytes of linesOf(chunk.bytes)) {
    container.logs.push({ stream: chunk.stream, bytes, timestamp: engine.times.next() })
  }
  container.changes.notify()
  await Promise.all([...container.attached].map((output) => output.write(chunk)))
}

/** With their ends; the last one may have none yet. */
function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = []
  let start = 0
  for (let end = bytes.indexOf(lineEnd); end !== -1; end = bytes.indexOf(lineEnd, start)) {
    lines.push(bytes.slice(start, end + 1))
    start = end + 1
  }
  if (start < bytes.length) lines.push(bytes.slice(start))
  return lines
}
