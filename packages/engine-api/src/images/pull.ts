import {
  formatImageReference,
  parseImageReference,
  type PulledImage,
  type PullImageOptions,
} from '@moorage/runtime-core'
import { AnswerError } from '../client/answer-error.ts'
import { asByteStream, type EngineClient } from '../client/client.ts'
import { withSignal } from '../client/signals.ts'
import { answerFailure, ownFailure, perform } from '../errors/failure.ts'
import { registryFailure } from '../errors/texts.ts'
import { jsonMessages } from '../transport/ndjson.ts'
import { imageCall, imageJson } from './inspect.ts'
import { authConfig, progressEvent, type ProgressJson } from './progress.ts'

/** `POST /images/create`: an error may come as the status, or within a stream that began as a success. */
export async function pullImage(
  client: EngineClient,
  reference: string,
  options: PullImageOptions = {},
): Promise<PulledImage> {
  const call = imageCall(client, 'pullImage', reference)
  const { tag, digest, ...repository } = parseImageReference(reference) ?? { repository: reference }
  // Without a tag the engine would bring every tag of the repository.
  const whole = formatImageReference({
    ...repository,
    ...(digest === undefined ? { tag: tag ?? 'latest' } : { digest }),
  })
  return perform(call, {}, async () => {
    const endpoints = await client.endpoints()
    let digestLine: string | undefined
    try {
      const query = { fromImage: whole, ...(options.platform !== undefined && { platform: options.platform }) }
      const auth = options.credentials === undefined ? {} : authConfig(options.credentials)
      const stream: unknown = await endpoints.createImage(auth, withSignal(options.signal, query))
      for await (const message of jsonMessages(asByteStream(stream))) {
        const progress = message as ProgressJson
        const problem = progress.errorDetail?.message ?? progress.error
        if (problem !== undefined) {
          throw ownFailure(call, registryFailure(problem) ?? 'ENGINE_ERROR', {}, `${problem}.`, {
            engineMessage: problem,
          })
        }
        digestLine = /^Digest: (\S+)$/.exec(progress.status ?? '')?.[1] ?? digestLine
        options.onEvent?.(progressEvent(progress))
      }
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error
      const byStatus = {
        401: 'UNAUTHORIZED',
        403: 'UNAUTHORIZED',
        404: 'IMAGE_NOT_FOUND',
        429: 'RATE_LIMITED',
      } as const
      const status = error.status as keyof typeof byStatus
      throw answerFailure(call, registryFailure(error.engineMessage) ?? byStatus[status] ?? 'ENGINE_ERROR', {}, error)
    }
    const json = await imageJson(client, whole, options.signal)
    const variant = json.Variant ? `/${json.Variant}` : ''
    const known = digest ?? digestLine ?? recordedDigest(json.RepoDigests ?? [], formatImageReference(repository))
    return {
      id: json.Id.startsWith('sha256:') ? json.Id : `sha256:${json.Id}`,
      ...(known !== undefined && { digest: known }),
      platform: `${json.Os}/${json.Architecture}${variant}`,
    }
  })
}

function recordedDigest(digests: readonly string[], repository: string): string | undefined {
  return digests.find((entry) => entry.startsWith(`${repository}@`))?.split('@')[1]
}
