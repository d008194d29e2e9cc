import type { RemoveContainerOptions } from '@moorage/runtime-core'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { until, withSignal } from '../client/signals.ts'
import { answerFailure, perform } from '../errors/failure.ts'
import { containerCall, findJson, missingContainer, runs, inspectJson } from './inspect.ts'

/** `DELETE /containers/{id}`; resolves once the engine knows it no more. */
export async function removeContainer(
  client: EngineClient,
  id: string,
  { force = false, removeVolumes = false, missing = 'error', signal }: RemoveContainerOptions = {},
): Promise<void> {
  const call = containerCall(client, 'removeContainer', id)
  return perform(call, missingContainer, async () => {
    const json = await (missing === 'ignore' ? findJson(client, id, signal) : inspectJson(client, id, signal))
    // From here on it existed: that it is gone is what was asked for, whoever did it.
    if (json === undefined) return
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
  })
}
