import type { EngineClient } from '../client/client.ts'
import { ownFailure, type Call } from '../errors/failure.ts'
import { TransportError } from '../transport/errors.ts'
import { jsonMessages } from '../transport/ndjson.ts'
import { findJson } from './inspect.ts'
import type { ContainerJson } from './json.ts'

interface ExitEventJson {
  readonly Action: string
  readonly Actor?: { readonly Attributes?: Readonly<Record<string, string>> | null }
}

/**
 * The next exit as `GET /events` tells it. An engine that looks at its containers from time to time in its wait does not
 * see one that was started again between two looks.
 */
export async function nextExitByEvents(
  client: EngineClient,
  call: Call,
  before: ContainerJson,
  signal?: AbortSignal,
): Promise<number> {
  const filters = JSON.stringify({ type: ['container'], container: [before.Id], event: ['died', 'remove'] })
  const body = await client.stream({ path: '/events', query: { filters }, ...(signal && { signal }) })
  const messages = jsonMessages(body)
  try {
    // What happened while the stream was being opened is not in it.
    const now = await findJson(client, before.Id, signal)
    if (now !== undefined && now.State.FinishedAt !== before.State.FinishedAt) return now.State.ExitCode ?? 0
    for await (const message of messages) {
      const { Action: action, Actor: actor } = message as ExitEventJson
      if (action === 'remove' || action === 'destroy') break
      const code = Number(actor?.Attributes?.['exitCode'] ?? actor?.Attributes?.['containerExitCode'])
      if (Number.isInteger(code)) return code
    }
  } finally {
    await messages.return()
  }
  if ((await findJson(client, before.Id, signal)) !== undefined) {
    throw new TransportError('connection-lost', 'the engine ended the events before the container has exited')
  }
  throw ownFailure(call, 'CONTAINER_NOT_FOUND', {}, `container \`${before.Id}\` was removed before it has exited.`)
}
