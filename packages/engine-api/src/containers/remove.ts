import type { RemoveContainerOptions } from '@moorage/runtime-core'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { until, withSignal } from '../client/signals.ts'
import { answerFailure, perform } from '../errors/failure.ts'
import { containerCall, findJson, inspectJson, missingContainer, runs } from './inspect.ts'
import type { Removal, Removals } from './removals.ts'

/** `DELETE /containers/{id}`; resolves once the engine knows it no more. */
export async function removeContainer(
  client: EngineClient,
  removals: Removals,
  id: string,
  { force = false, removeVolumes = false, missing = 'error', signal }: RemoveContainerOptions = {},
): Promise<void> {
  const call = containerCall(client, 'removeContainer', id)
  const remove = async ({ markFound, wasFound }: Removal): Promise<void> => {
    const json = await findJson(client, id, signal)
    if (json === undefined && missing === 'error' && !wasFound()) await inspectJson(client, id, signal)
    // It was there when this was called: that it is gone is what was asked for, whoever did it.
    if (json === undefined) return
    markFound()
    if (force) await removals.beforeForced(json.Id, signal)
    const container = (await client.endpoints()).getContainer(json.Id)
    await until(async () => {
      try {
        await container.remove(withSignal(signal, { force, v: removeVolumes }))
        return 'removed'
      } catch (error) {
        if (isAnswer(error, 404)) return 'removed'
        if (!isAnswer(error, 409)) throw error
        const now = await findJson(client, json.Id, signal)
        if (now === undefined) return 'removed'
        if (runs(client, now) && !force) throw answerFailure(call, 'CONTAINER_IS_RUNNING', {}, error)
        // Somebody else is removing it.
        return undefined
      }
    }, signal)
    await until(async () => ((await findJson(client, json.Id, signal)) === undefined ? 'gone' : undefined), signal)
  }
  return removals.run(id, (removal) => perform(call, missingContainer, () => remove(removal)))
}
