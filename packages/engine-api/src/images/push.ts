import { parseImageReference, type PushImageOptions } from '@moorage/runtime-core'
import { AnswerError } from '../client/answer-error.ts'
import { asByteStream, type EngineClient } from '../client/client.ts'
import { withSignal } from '../client/signals.ts'
import { answerFailure, ownFailure, perform } from '../errors/failure.ts'
import { registryFailure } from '../errors/texts.ts'
import { jsonMessages } from '../transport/ndjson.ts'
import { imageCall, imageJson } from './inspect.ts'
import { authConfig, progressEvent, type ProgressJson } from './progress.ts'

/** `POST /images/{name}/push`: errors come within a stream that began as a success. */
export async function pushImage(
  client: EngineClient,
  reference: string,
  options: PushImageOptions = {},
): Promise<{ readonly digest: string }> {
  const call = imageCall(client, 'pushImage', reference)
  const { tag = 'latest' } = parseImageReference(reference) ?? {}
  const repository = reference.replace(/:[^:/]+$/, '')
  return perform(call, { 404: 'IMAGE_NOT_FOUND' }, async () => {
    // The engine tells that it has no such image only in the stream, in its own words.
    await imageJson(client, reference, options.signal)
    const endpoints = await client.endpoints()
    let digest: string | undefined
    try {
      const authconfig = options.credentials === undefined ? {} : authConfig(options.credentials)
      const stream: unknown = await endpoints.getImage(repository).push(withSignal(options.signal, { tag, authconfig }))
      for await (const message of jsonMessages(asByteStream(stream))) {
        const progress = message as ProgressJson
        const problem = progress.errorDetail?.message ?? progress.error
        if (problem !== undefined) {
          throw ownFailure(call, registryFailure(problem) ?? 'ENGINE_ERROR', {}, `${problem}.`, {
            engineMessage: problem,
          })
        }
        digest = progress.aux?.Digest ?? /digest: (sha256:[0-9a-f]+)/.exec(progress.status ?? '')?.[1] ?? digest
        options.onEvent?.(progressEvent(progress))
      }
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error
      throw answerFailure(call, registryFailure(error.engineMessage) ?? 'ENGINE_ERROR', {}, error)
    }
    if (digest === undefined)
      throw ownFailure(call, 'ENGINE_ERROR', {}, 'the engine ended the push without naming a digest. Push again.')
    return { digest }
  })
}
