import { readSource, type ByteSource } from '@moorage/runtime-core'
import { ownFailure, type Call } from '../errors/failure.ts'
import { TransportError } from '../transport/errors.ts'
import type { HijackedStream } from '../transport/hijack.ts'
import { windows, type InputGate } from './input-gate.ts'
import type { Typing } from './terminal.ts'

/** A source on its way into a process. */
export interface Feeding {
  /** Resolves once all of it is written and the input ended, or the process reads no more. Rejects with STDIN_FAILED. */
  readonly done: Promise<void>
  /** The process has ended: the source is closed, and nobody waits for it. */
  leave(): void
}

/** Writes all of a source and ends the input. A process may stop reading before: that is no failure. */
export function feed(
  call: Call,
  stream: HijackedStream,
  source: ByteSource,
  { typing, gate }: { readonly typing: Typing | undefined; readonly gate: InputGate | undefined },
): Feeding {
  const reader = readSource(source)
  const takes = async (piece: string | Uint8Array): Promise<boolean> => {
    if (gate === undefined) return accepts(() => stream.write(piece))
    for (const window of windows(piece)) {
      if (!(await gate.admits(window.length)) || !(await accepts(() => stream.write(window)))) return false
    }
    return true
  }
  const write = async (): Promise<void> => {
    for (;;) {
      const piece = await reader.next().catch((error: unknown) => {
        throw stdinFailed(call, error)
      })
      if (piece === undefined) break
      typing?.note(piece)
      if (await takes(piece)) continue
      reader.leave()
      return
    }
    await accepts(() => (typing === undefined ? stream.end() : stream.write(typing.end)))
  }
  const leave = (): void => {
    gate?.close()
    reader.leave()
  }
  return { done: write(), leave }
}

function stdinFailed(call: Call, cause: unknown): Error {
  const said = cause instanceof Error ? cause.message : String(cause)
  const text = `the source of \`stdin\` failed, and the process was killed: ${said.replace(/\.$/, '')}. Look at \`cause\`, and mend the source.`
  return ownFailure(call, 'STDIN_FAILED', {}, text, { cause })
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
