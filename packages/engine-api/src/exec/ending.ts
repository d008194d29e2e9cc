import type { LogChunk } from '@moorage/runtime-core'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { confirmEnd, whileAnswering, type ProcessLook } from '../containers/live-process.ts'
import type { HijackedStream } from '../transport/hijack.ts'
import { hijackedChunks } from './hijacked.ts'
import { execJson, hasEnded, type EndedExecJson } from './inspect.ts'

interface StartedExec {
  readonly id: string
  readonly containerId: string
  readonly isTerminal: boolean
  /** Called with what the engine reports of the end, where it is asked. */
  readonly onEnded?: (ended: EndedExecJson) => void
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
      if (!hasEnded(json)) return false
      exec.onEnded?.(json)
      return dialect.neverStarted({ exitCode: json.ExitCode, pid: json.Pid, output })
    },
  })
}

/** To be called where the output of an exec has ended: rejects with `connection-lost` unless the engine reports its end. */
async function confirmExecEnd(
  client: EngineClient,
  { id, containerId, onEnded }: StartedExec,
  signal: AbortSignal | undefined,
): Promise<void> {
  const look = async (): Promise<ProcessLook<EndedExecJson>> => {
    const exec = await execJson(client, id, signal)
    return hasEnded(exec) ? { end: exec } : { pid: exec.Pid, containerId }
  }
  try {
    const ended = await whileAnswering(() => confirmEnd(client, look, signal))
    onEnded?.(ended)
  } catch (error) {
    // Gone together with its container.
    if (!isAnswer(error, 404)) throw error
  }
}
