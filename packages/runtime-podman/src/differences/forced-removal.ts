import { AnswerError, perform, type EngineClient } from '@moorage/engine-api'
import type { Difference } from './difference.ts'

/**
 * Podman's forced removal (5.4, 5.8) stops a container first, with all of its grace period; Docker's kills it. So it is
 * killed here before. That it does not run, or is not there, is for the removal to say.
 */
export async function killBeforeRemoval(
  client: EngineClient,
  id: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const call = { client, operation: 'removeContainer', resource: { kind: 'container', id } as const }
  await perform(call, {}, async () => {
    try {
      const path = `/containers/${id}/kill`
      const answer = await client.stream({
        method: 'POST',
        path,
        query: { signal: 'SIGKILL' },
        ...(signal && { signal }),
      })
      await answer.discard()
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error
    }
  })
}

export const forcedRemovalDifference: Difference = {
  what: 'A forced removal stops the container first, with all of its grace period.',
  seenOn: '5.4, 5.8',
  forcedBy: 'containers/remove/refuses-what-runs',
}
