import type { EngineClient } from '../client/client.ts'
import { isRecord } from '../client/shapes.ts'
import { ownFailure, type Call } from '../errors/failure.ts'
import { Patience } from '../told-events.ts'
import { TransportError } from '../transport/errors.ts'
import { jsonMessages } from '../transport/ndjson.ts'
import { findJson } from './inspect.ts'
import type { ContainerJson } from './json.ts'

/** How often the container itself is looked at, for an event that does not come. */
const lookEveryMs = 1000

/**
 * The next exit as `GET /events` tells it. An engine that looks at its containers from time to time in its wait does not
 * see one that was started again between two looks. Its events may miss one (Podman 5.4, when their log rotates), so the
 * container is looked at besides; what is seen there counts only when the event does not come either.
 */
export async function nextExitByEvents(
  client: EngineClient,
  call: Call,
  before: ContainerJson,
  signal?: AbortSignal,
): Promise<number> {
  const event = client.dialect.exitEvents
  const filters = JSON.stringify({ type: ['container'], container: [before.Id], event })
  const body = await client.stream({ path: '/events', query: { filters }, ...(signal && { signal }) })
  const messages = jsonMessages(body)
  const look = async (): Promise<{ readonly exitCode?: number } | undefined> => {
    const now = await findJson(client, before.Id, signal)
    if (now === undefined) return {}
    const { FinishedAt: finishedAt, ExitCode: exitCode } = now.State
    return finishedAt === before.State.FinishedAt || exitCode === undefined ? undefined : { exitCode }
  }
  try {
    // What happened while the stream was being opened is not in it.
    const already = await look()
    if (already?.exitCode !== undefined) return already.exitCode
    for (let ended = false; !ended;) {
      const message = new Patience(messages.next())
      let seen: Awaited<ReturnType<typeof look>>
      while (seen === undefined && !(await message.settles(lookEveryMs))) seen = await look()
      if (seen !== undefined && !(await message.settles(lookEveryMs))) {
        if (seen.exitCode !== undefined) return seen.exitCode
        break
      }
      const { done, value } = await message.promise
      const { action, code } = exitEvent(value)
      ended = done === true || action === 'remove' || action === 'destroy'
      if (!ended && Number.isInteger(code)) return code
    }
  } finally {
    await messages.return()
  }
  if ((await findJson(client, before.Id, signal)) !== undefined) {
    throw new TransportError('connection-lost', 'the engine ended the events before the container has exited')
  }
  throw ownFailure(call, 'CONTAINER_NOT_FOUND', {}, `container \`${before.Id}\` was removed before it has exited.`)
}

/** The exit code is called otherwise by each engine, and is `NaN` where the event has none. */
function exitEvent(message: unknown): { readonly action: unknown; readonly code: number } {
  const event = isRecord(message) ? message : {}
  const actor = isRecord(event['Actor']) ? event['Actor'] : {}
  const attributes = isRecord(actor['Attributes']) ? actor['Attributes'] : {}
  const code = attributes['exitCode'] ?? attributes['containerExitCode']
  return { action: event['Action'], code: typeof code === 'string' && code !== '' ? Number(code) : Number.NaN }
}
