import type { WaitContainerOptions, WaitResult } from '@moorage/runtime-core'
import type { EngineClient } from '../client/client.ts'
import { isAnswer } from '../client/answer-error.ts'
import { malformed } from '../client/shapes.ts'
import { ownFailure, perform } from '../errors/failure.ts'
import { wasStarted } from './details.ts'
import { containerCall, findJson, inspectJson, missingContainer, runs, settledJson } from './inspect.ts'
import { exitCodeOf, type KeptExits } from './kept-exits.ts'
import { nextExitByEvents } from './next-exit.ts'

/** `POST /containers/{id}/wait`, which answers a placeholder for a container that never ran. */
export async function waitContainer(
  client: EngineClient,
  kept: KeptExits,
  id: string,
  { condition = 'not-running', signal }: WaitContainerOptions = {},
): Promise<WaitResult> {
  const call = containerCall(client, 'waitContainer', id)
  return perform(call, missingContainer, async () => {
    const json = await findJson(client, id, signal)
    const keptCode = kept.find(json?.Id ?? id)
    if (json === undefined) {
      // Gone, but this runtime saw it exit. A next exit will never come.
      if (keptCode !== undefined && condition !== 'next-exit') return { exitCode: await keptCode }
      await inspectJson(client, id, signal)
    } else if (condition !== 'next-exit') {
      if (!wasStarted(json)) {
        throw ownFailure(
          call,
          'CONTAINER_NOT_STARTED',
          {},
          `container \`${id}\` was never started, so it has no exit code. Start it first, or wait for \`next-exit\`.`,
        )
      }
      if (condition === 'not-running' && !runs(client, json)) {
        const settled = await settledJson(client, json.Id, () => false, signal)
        return {
          exitCode:
            settled?.State.ExitCode ?? json.State.ExitCode ?? (await askToWait(client, json.Id, condition, signal)),
        }
      }
    }
    try {
      // Docker's wait for the next exit ends with a placeholder when a container that does not run is removed.
      const byEvents = json !== undefined && (client.dialect.waitsByLooking || !runs(client, json))
      if (condition === 'next-exit' && byEvents) {
        return { exitCode: await nextExitByEvents(client, call, json, signal) }
      }
      const exitCode = await askToWait(client, json?.Id ?? id, condition, signal)
      if (exitCode < 0) {
        await inspectJson(client, id, signal)
        throw malformed(`POST /containers/${id}/wait`, 'the exit code of a container that has exited')
      }
      return { exitCode }
    } catch (error) {
      // Removed by itself between the look and the wait.
      if (isAnswer(error, 404) && keptCode !== undefined && condition !== 'next-exit')
        return { exitCode: await keptCode }
      throw error
    }
  })
}

async function askToWait(client: EngineClient, id: string, condition: string, signal?: AbortSignal): Promise<number> {
  const path = `/containers/${id}/wait`
  const answer = await client.json({ method: 'POST', path, query: { condition }, ...(signal && { signal }) })
  return exitCodeOf(answer, `POST ${path}`)
}
