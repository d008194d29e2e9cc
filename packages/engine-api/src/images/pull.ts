import {
  formatImageReference,
  parseImageReference,
  type PulledImage,
  type PullImageOptions,
} from '@moorage/runtime-core'
import type { EngineClient } from '../client/client.ts'
import { withSignal } from '../client/signals.ts'
import type { CredentialSource } from '../credentials/sources.ts'
import { perform } from '../errors/failure.ts'
import { imageCall, imageJson, withAlgorithm } from './inspect.ts'
import { platformOf, refuseOtherPlatform } from './platform.ts'
import { transfer } from './transfer.ts'

/** `POST /images/create`. */
export async function pullImage(
  client: EngineClient,
  credentials: CredentialSource,
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
  let digestLine: string | undefined
  const { transferQuery } = client.dialect
  const query = {
    ...transferQuery,
    fromImage: whole,
    ...(options.platform !== undefined && { platform: options.platform }),
  }
  await transfer({
    call,
    reference,
    credentials,
    options,
    send: async (auth) => (await client.endpoints()).createImage(auth, withSignal(options.signal, query)),
    see: ({ status = '' }) => {
      digestLine = /^Digest: (\S+)$/.exec(status)?.[1] ?? digestLine
    },
  })
  return perform(call, {}, async () => {
    const json = await imageJson(client, whole, options.signal)
    // Podman takes an image that is there for one platform only for any.
    refuseOtherPlatform(call, reference, json, options.platform)
    const known = digest ?? digestLine ?? recordedDigest(json.RepoDigests ?? [], formatImageReference(repository))
    return {
      id: withAlgorithm(json.Id),
      ...(known !== undefined && { digest: known }),
      platform: platformOf(json),
    }
  })
}

function recordedDigest(digests: readonly string[], repository: string): string | undefined {
  return digests.find((entry) => entry.startsWith(`${repository}@`))?.split('@')[1]
}
