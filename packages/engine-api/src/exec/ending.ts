import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { confirmEnd, whileAnswering } from '../containers/live-process.ts'
import { execJson, hasEnded } from './inspect.ts'

/** To be called where the output of an exec has ended: rejects with `connection-lost` unless the engine reports its end. */
export async function confirmExecEnd(
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
