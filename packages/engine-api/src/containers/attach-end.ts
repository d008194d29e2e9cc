import { setTimeout as delay } from 'node:timers/promises'
import type { EngineClient } from '../client/client.ts'
import { untilQuiet } from '../exec/quiet.ts'
import { findJson, runs } from './inspect.ts'
import type { ContainerJson } from './json.ts'

const firstPauseMs = 250
const longestPauseMs = 2000

/**
 * Resolves when the run that was attached to is over, and no more of its output comes: engines keep a connection open for ever
 * that was made just as the container was exiting. The signal ends the waiting.
 */
export async function attachedRunOver(
  client: EngineClient,
  before: ContainerJson,
  silentSince: () => number,
  signal: AbortSignal,
): Promise<void> {
  const { Id: id } = before
  // One that was created is waited for.
  let run = runs(client, before) ? before.State.StartedAt : undefined
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const json = await findJson(client, id, signal)
    if (json === undefined) break
    if (runs(client, json)) run ??= json.State.StartedAt
    else if (run !== undefined || !isCreated(client, json)) break
    if (run !== undefined && run !== json.State.StartedAt) break
    await delay(pauseMs, undefined, { signal, ref: false })
  }
  await untilQuiet(() => findJson(client, id, signal), silentSince, signal)
}

function isCreated(client: EngineClient, json: ContainerJson): boolean {
  return client.dialect.containerStatus(json.State.Status).status === 'created'
}
