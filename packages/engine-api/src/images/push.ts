import { parseImageReference, type PushImageOptions } from '@moorage/runtime-core'
import type { EngineClient } from '../client/client.ts'
import { withSignal } from '../client/signals.ts'
import type { CredentialSource } from '../credentials/sources.ts'
import { ownFailure, perform } from '../errors/failure.ts'
import { imageCall, imageJson, missingImage } from './inspect.ts'
import { transfer } from './transfer.ts'

/** `POST /images/{name}/push`. */
export async function pushImage(
  client: EngineClient,
  credentials: CredentialSource,
  reference: string,
  options: PushImageOptions = {},
): Promise<{ readonly digest: string }> {
  const call = imageCall(client, 'pushImage', reference)
  const { tag = 'latest' } = parseImageReference(reference) ?? {}
  const repository = reference.replace(/:[^:/]+$/, '')
  // The engine tells that it has no such image only in the stream, in its own words.
  await perform(call, missingImage, () => imageJson(client, reference, options.signal))
  let digest: string | undefined
  await transfer({
    call,
    reference,
    credentials,
    options,
    send: async (authconfig) =>
      (await client.endpoints())
        .getImage(repository)
        .push(withSignal(options.signal, { ...client.dialect.transferQuery, tag, authconfig })),
    see: ({ aux, status = '' }) => {
      digest = aux?.Digest ?? /digest: (sha256:[0-9a-f]+)/.exec(status)?.[1] ?? digest
    },
  })
  if (digest === undefined)
    throw ownFailure(call, 'ENGINE_ERROR', {}, 'the engine ended the push without naming a digest. Push again.')
  return { digest }
}
