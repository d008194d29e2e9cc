import type { CallOptions, RemovedImage, RemoveImageOptions } from '@moorage/runtime-core'
import { formatImageReference, isImageId, parseImageReference } from '@moorage/runtime-core'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { withSignal } from '../client/signals.ts'
import { answerFailure, perform } from '../errors/failure.ts'
import { findImageJson, imageCall, imageDetails, missingImage, withAlgorithm } from './inspect.ts'

/** `POST /images/{name}/tag`. */
export async function tagImage(
  client: EngineClient,
  reference: string,
  newReference: string,
  { signal }: CallOptions = {},
): Promise<void> {
  return perform(imageCall(client, 'tagImage', reference), missingImage, async () => {
    const {
      tag = 'latest',
      digest: _digest,
      ...repository
    } = parseImageReference(newReference) ?? { repository: newReference }
    const endpoints = await client.endpoints()
    await endpoints.getImage(reference).tag(withSignal(signal, { repo: formatImageReference(repository), tag }))
  })
}

/**
 * `DELETE /images/{name}`, never with the engine's own `force`: some versions then remove the containers that use the
 * image. An image that is named by its id and has several tags is untagged one by one, unless a container uses it; what fails
 * midway gives back the names that it took.
 */
export async function removeImage(
  client: EngineClient,
  reference: string,
  { force = false, missing = 'ignore', signal }: RemoveImageOptions = {},
): Promise<RemovedImage> {
  const call = imageCall(client, 'removeImage', reference)
  return perform(call, missingImage, async () => {
    try {
      return await remove(client, reference, signal)
    } catch (error) {
      if (isAnswer(error, 404) && missing === 'ignore') return { untagged: [], deleted: [] }
      if (!isAnswer(error, 409)) throw error
      const json = isImageId(reference) ? await findImageJson(client, reference, signal) : undefined
      const tags = json === undefined ? [] : imageDetails(json, client.dialect).tags
      if (tags.length < 2) throw answerFailure(call, 'IMAGE_IN_USE', {}, error)
      if (!force) {
        throw answerFailure(
          call,
          'IMAGE_IN_USE',
          {},
          error,
          `It is tagged as ${tags.join(', ')}: remove those, or pass \`force\`.`,
        )
      }
      if (await isUsed(client, json?.Id ?? '', signal)) throw answerFailure(call, 'IMAGE_IN_USE', {}, error)
      const removed: RemovedImage[] = []
      for (const tag of tags) {
        removed.push(
          await remove(client, tag, signal).catch(async (failure: unknown) => {
            for (const { untagged } of removed)
              for (const name of untagged) await tagImage(client, reference, name, {}).catch(() => undefined)
            throw isAnswer(failure, 409) ? answerFailure(call, 'IMAGE_IN_USE', {}, failure) : failure
          }),
        )
      }
      return {
        untagged: removed.flatMap(({ untagged }) => untagged),
        deleted: removed.flatMap(({ deleted }) => deleted),
      }
    }
  })
}

async function isUsed(client: EngineClient, imageId: string, signal: AbortSignal | undefined): Promise<boolean> {
  const rows = await client.json({ path: '/containers/json', query: { all: true }, ...(signal && { signal }) })
  return (rows as readonly { readonly ImageID?: string }[]).some(({ ImageID: id }) => id === imageId)
}

async function remove(client: EngineClient, reference: string, signal?: AbortSignal): Promise<RemovedImage> {
  const endpoints = await client.endpoints()
  const answer: unknown = await endpoints.getImage(reference).remove(withSignal(signal, {}))
  const rows = answer as readonly { readonly Untagged?: string; readonly Deleted?: string }[]
  return {
    untagged: rows.flatMap(({ Untagged }) => (Untagged === undefined ? [] : [client.dialect.imageName(Untagged)])),
    deleted: rows.flatMap(({ Deleted }) => (Deleted === undefined ? [] : [withAlgorithm(Deleted)])),
  }
}
