import type { LogChunk } from '@moorage/runtime-core'
import { demultiplex, TruncatedFrame } from '../transport/frames.ts'
import { connectionLost } from '../transport/errors.ts'
import type { HijackedStream } from '../transport/hijack.ts'

interface HijackedOptions {
  readonly isTerminal: boolean
  /** Called when the connection has ended by itself: rejects when that was not the end of the output. */
  readonly confirmEnd?: () => Promise<void>
  /** Whether a piece is the engine's own report that it has lost the rest of the output, which is always the last piece. */
  readonly reportsLoss?: ((text: string) => boolean) | undefined
  /** Whether what came before such a report is the engine's text in the place of a process: then there is no output to lose. */
  readonly hasNeverStarted?: (output: string) => Promise<boolean>
}

/** What comes over a hijacked connection: multiplexed, unless it is a terminal's. */
export async function* hijackedChunks(
  stream: HijackedStream,
  { isTerminal, confirmEnd, reportsLoss, hasNeverStarted }: HijackedOptions,
): AsyncGenerator<LogChunk, undefined> {
  /** A piece that reads like the report, until it is known whether more follows. */
  let held: { readonly chunk: LogChunk; readonly text: string } | undefined
  let beginning: string | undefined
  try {
    for await (const chunk of isTerminal ? terminalChunks(stream) : frameChunks(stream)) {
      // The process wrote it: nothing follows the report of the engine.
      if (held !== undefined) yield held.chunk
      held = undefined
      const text = reportsLoss === undefined ? undefined : shortText(chunk.bytes)
      const mayReport = isTerminal || chunk.stream === 'stderr'
      if (mayReport && text !== undefined && reportsLoss?.(text) === true) held = { chunk, text }
      else yield chunk
      beginning ??= text ?? ''
    }
  } catch (error) {
    if (held !== undefined) yield held.chunk
    if (error instanceof TruncatedFrame) await confirmEnd?.()
    throw error
  }
  if (held !== undefined && (await hasNeverStarted?.(beginning ?? '')) !== true)
    throw connectionLost('before all of the output had come', new Error(held.text.trim()))
  if (!stream.isDestroyed) await confirmEnd?.()
}

async function* terminalChunks(stream: HijackedStream): AsyncGenerator<LogChunk, undefined> {
  for await (const bytes of stream.output) yield { stream: 'stdout', bytes }
}

async function* frameChunks(stream: HijackedStream): AsyncGenerator<LogChunk, undefined> {
  for await (const { stream: name, bytes } of demultiplex(stream.output)) {
    if (name !== 'stdin') yield { stream: name, bytes }
  }
}

/** More than a report of the engine has. */
const longestReportBytes = 4096

function shortText(bytes: Uint8Array): string | undefined {
  return bytes.length > longestReportBytes ? undefined : Buffer.from(bytes).toString()
}
