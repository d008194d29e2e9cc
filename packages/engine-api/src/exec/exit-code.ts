import type { EngineClient } from '../client/client.ts'
import { withinTimeout } from '../client/timeout.ts'
import { isRecord } from '../client/shapes.ts'
import { isRunning } from '../containers/inspect.ts'
import type { Call } from '../errors/failure.ts'
import { connectionLost } from '../transport/errors.ts'
import { jsonMessages } from '../transport/ndjson.ts'
import { interrupted } from './failures.ts'
import type { EndedExecJson } from './inspect.ts'

/** How long the event of an exec's end is waited for; it is written together with the exit code. */
const eventTimeoutMs = 2000

/**
 * Throws where the exit code in an exec's record is a placeholder: engines write one when the connection broke while the process
 * was writing to it.
 */
export async function refusePlaceholder(
  call: Call,
  containerId: string,
  exec: EndedExecJson & { readonly id: string },
  signal: AbortSignal | undefined,
): Promise<void> {
  const { client } = call
  if (exec.ExitCode !== client.dialect.unknownExitCode) return
  if (exec.ExitCode < 0) {
    if (!(await isRunning(client, containerId, signal))) throw interrupted(call)
    throw unknown(exec.ExitCode)
  }
  const code = await eventExitCode(client, containerId, exec.id, signal)
  if (code !== undefined && code !== exec.ExitCode) throw unknown(exec.ExitCode)
}

function unknown(code: number): Error {
  return connectionLost(
    `while the process ran: the engine's exit code ${code} is a placeholder, and not the process's own`,
  )
}

/** The exit code in the `exec_die` event of an exec, as far as the engine keeps and writes one: `GET /events`. */
async function eventExitCode(
  client: EngineClient,
  containerId: string,
  execId: string,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const filters = JSON.stringify({ type: ['container'], container: [containerId], event: ['exec_die'] })
  try {
    return await withinTimeout(eventTimeoutMs, signal, async (timed) => {
      const body = await client.stream({ path: '/events', query: { since: '1', filters }, signal: timed })
      for await (const message of jsonMessages(body)) {
        const actor = isRecord(message) ? message['Actor'] : undefined
        const attributes = isRecord(actor) ? actor['Attributes'] : undefined
        if (isRecord(attributes) && attributes['execID'] === execId) return Number(attributes['exitCode'])
      }
      return undefined
    })
  } catch (error) {
    if (signal?.aborted === true) throw error
    return undefined
  }
}
