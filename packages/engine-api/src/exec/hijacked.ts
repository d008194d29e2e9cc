import type { LogChunk } from '@moorage/runtime-core'
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
