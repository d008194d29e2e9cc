import { setTimeout as delay } from 'node:timers/promises'
import type { EngineClient } from '../client/client.ts'
import { findJson, runs } from './inspect.ts'
import type { ContainerJson } from './json.ts'

const firstPauseMs = 250
const longestPauseMs = 2000

/** So often an engine must have had the chance to bring output of a run that is over, and have brought none. */
const quietLooks = 5
const quietPauseMs = 200

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
  const pause = (ms: number): Promise<unknown> => delay(ms, undefined, { signal, ref: false })
  const { Id: id } = before
  // One that was created is waited for.
  let run = runs(client, before) ? before.State.StartedAt : undefined
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const json = await findJson(client, id, signal)
    if (json === undefined) break
    if (runs(client, json)) run ??= json.State.StartedAt
    else if (run !== undefined || !isCreated(client, json)) break
    if (run !== undefined && run !== json.State.StartedAt) break
    await pause(pauseMs)
  }
  for (let quiet = 0; quiet < quietLooks;) {
    const since = performance.now()
    await pause(quietPauseMs)
    await findJson(client, id, signal)
    quiet = silentSince() <= since ? quiet + 1 : 0
  }
}

function isCreated(client: EngineClient, json: ContainerJson): boolean {
  return client.dialect.containerStatus(json.State.Status).status === 'created'
}
