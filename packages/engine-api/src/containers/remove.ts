import type { RemoveContainerOptions } from '@moorage/runtime-core'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { until, withSignal } from '../client/signals.ts'
import { answerFailure, perform } from '../errors/failure.ts'
import { containerCall, findJson, inspectJson, missingContainer, runs } from './inspect.ts'
import type { ContainerJson } from './json.ts'
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
    const { json, isBlind } = await foundOrUnknown(client, id, signal)
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
        if (!isAnswer(error, 409) && !(isBlind && isAnswer(error, 500))) throw error
        const { json: now } = await foundOrUnknown(client, json.Id, signal)
        if (now === undefined) return 'removed'
        // Such an engine may fail and have removed it; it has not.
        if (!isWhole(now)) throw isAnswer(error, 409) ? answerFailure(call, 'CONTAINER_IS_RUNNING', {}, error) : error
        if (runs(client, now) && !force) throw answerFailure(call, 'CONTAINER_IS_RUNNING', {}, error)
        // Somebody else is removing it.
        return undefined
      }
    }, signal)
    await until(async () => ((await foundOrUnknown(client, json.Id, signal)).json ? undefined : 'gone'), signal)
  }
  return removals.run(id, (removal) => perform(call, missingContainer, () => remove(removal)))
}

type Found = ContainerJson | Pick<ContainerJson, 'Id'>

/** What is to be removed: an engine that cannot inspect a container any more may still remove it. */
async function foundOrUnknown(
  client: EngineClient,
  id: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly json: Found | undefined; readonly isBlind: boolean }> {
  try {
    return { json: await findJson(client, id, signal), isBlind: false }
  } catch (error) {
    if (!isAnswer(error, 500)) throw error
    return { json: { Id: id }, isBlind: true }
  }
}

function isWhole(json: Found): json is ContainerJson {
  return 'State' in json
}
