import type { LogChunk } from '@moorage/runtime-core'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { confirmEnd, whileAnswering } from '../containers/live-process.ts'
import type { HijackedStream } from '../transport/hijack.ts'
import { hijackedChunks } from './hijacked.ts'
import { execJson, hasEnded } from './inspect.ts'

interface StartedExec {
  readonly id: string
  readonly containerId: string
  readonly isTerminal: boolean
}

/** The output of an exec, which ends with its process or rejects with `connection-lost`. */
export function execChunks(
  client: EngineClient,
  stream: HijackedStream,
  exec: StartedExec,
  signal: AbortSignal | undefined,
): AsyncGenerator<LogChunk, undefined> {
  const { dialect } = client
  return hijackedChunks(stream, {
    isTerminal: exec.isTerminal,
    confirmEnd: () => confirmExecEnd(client, exec, signal),
    reportsLoss: dialect.reportsLoss,
    async hasNeverStarted(output) {
      const json = await execJson(client, exec.id, signal)
      return hasEnded(json) && dialect.neverStarted({ exitCode: json.ExitCode, pid: json.Pid, output })
    },
  })
}

/** To be called where the output of an exec has ended: rejects with `connection-lost` unless the engine reports its end. */
async function confirmExecEnd(
  client: EngineClient,
  { id, containerId }: { readonly id: string; readonly containerId: string },
  signal: AbortSignal | undefined,
): Promise<void> {
  const look = async (): Promise<{ end: undefined } | { pid: number; containerId: string }> => {
    const exec = await execJson(client, id, signal)
    return hasEnded(exec) ? { end: undefined } : { pid: exec.Pid, containerId }
  }
  await whileAnswering(() => confirmEnd(client, look, signal)).catch((error: unknown) => {
    // Gone together with its container.
    if (!isAnswer(error, 404)) throw error
  })
}
