import type { ByteSource, LogChunk } from '@moorage/runtime-core'
import { TransportError } from '../transport/errors.ts'
import { demultiplex } from '../transport/frames.ts'
import type { HijackedStream } from '../transport/hijack.ts'

/** What comes over a hijacked connection: multiplexed, unless it is a terminal's. */
export async function* hijackedChunks(
  stream: HijackedStream,
  isTerminal: boolean,
): AsyncGenerator<LogChunk, undefined> {
  if (isTerminal) {
    for await (const bytes of stream.output) yield { stream: 'stdout', bytes }
    return
  }
  for await (const { stream: name, bytes } of demultiplex(stream.output)) {
    if (name !== 'stdin') yield { stream: name, bytes }
  }
}

/** Writes all of the source and ends the input. A process may stop reading before: that is no failure. */
export async function feed(stream: HijackedStream, source: ByteSource | undefined): Promise<void> {
  if (source === undefined) return
  const pieces = typeof source === 'string' || source instanceof Uint8Array ? [source] : source
  for await (const piece of pieces) {
    if (!(await accepts(() => stream.write(piece)))) return
  }
  await accepts(() => stream.end())
}

async function accepts(write: () => Promise<void>): Promise<boolean> {
  try {
    await write()
    return true
  } catch (error) {
    if (error instanceof TransportError && error.kind !== 'protocol') return false
    throw error
  }
}
