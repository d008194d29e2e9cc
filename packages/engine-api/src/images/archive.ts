import {
  createStream,
  invalidArgument,
  type CallOptions,
  type RuntimeStream,
  type SaveImagesOptions,
} from '@moorage/runtime-core'
import { AnswerError } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { compareVersions } from '../client/version.ts'
import { failure, ownFailure, perform, type Call } from '../errors/failure.ts'
import { saysNoImages } from '../errors/texts.ts'
import { jsonMessages } from '../transport/ndjson.ts'
import { imageJson, missingImage } from './inspect.ts'
import type { ProgressJson } from './progress.ts'
import { refuseOtherPlatform } from './platform.ts'

/** `GET /images/get`: one archive of several images. */
export function saveImages(
  client: EngineClient,
  references: readonly string[],
  { platform, signal }: SaveImagesOptions = {},
): RuntimeStream<Uint8Array> {
  const call: Call = { client, operation: 'saveImages', resource: { kind: 'image', id: references.join(', ') } }
  return createStream(async () => {
    const body = await perform(call, missingImage, async () => {
      // An engine may find out only in the middle of the archive.
      const images = await Promise.all(references.map((reference) => imageJson(client, reference, signal)))
      // Only newer engines can keep an image for several platforms, and take the question.
      const mayHaveSeveral =
        client.dialect.backend === 'docker' && compareVersions(client.apiVersion, platformsSince) >= 0
      if (!mayHaveSeveral)
        images.forEach((json, index) => refuseOtherPlatform(call, references[index] ?? '', json, platform))
      const query = { names: references, ...(mayHaveSeveral && platform !== undefined && platformQuery(platform)) }
      return client.stream({ path: '/images/get', query, ...(signal && { signal }) })
    })
    return {
      async pull() {
        try {
          return await body.next()
        } catch (error) {
          throw failure(call, missingImage, error)
        }
      },
      async release() {
        await body.return()
      },
    }
  })
}

const platformsSince = '1.48'

/** A platform as the engine's query takes it. */
function platformQuery(platform: string): { readonly platform: string } {
  const [os, architecture, variant] = platform.split('/')
  return { platform: JSON.stringify({ os, architecture, ...(variant !== undefined && { variant }) }) }
}

/** `POST /images/load`: what is wrong with the archive comes as the status, or within a stream that began as a success. */
export async function loadImages(
  client: EngineClient,
  archive: AsyncIterable<Uint8Array>,
  { signal }: CallOptions = {},
): Promise<readonly string[]> {
  const call: Call = { client, operation: 'loadImages' }
  return perform(call, {}, async () => {
    const loaded: string[] = []
    try {
      const body = await client.stream({
        method: 'POST',
        path: '/images/load',
        headers: { 'content-type': 'application/x-tar' },
        body: archive,
        ...(signal && { signal }),
      })
      for await (const message of jsonMessages(body)) {
        const { stream = '', error, errorDetail } = message as ProgressJson
        const problem = errorDetail?.message ?? error
        if (problem !== undefined) throw refused(call, problem)
        for (const line of stream.split('\n')) {
          const names = /^Loaded image(?:\(s\)| ID)?: (.+)$/.exec(line.trim())?.[1]
          if (names !== undefined) loaded.push(...names.split(',').map((name) => client.dialect.imageName(name.trim())))
        }
      }
    } catch (error) {
      throw error instanceof AnswerError && saysNoImages(error.engineMessage)
        ? refused(call, error.engineMessage)
        : error
    }
    if (loaded.length === 0) throw refused(call, noneLoaded)
    return loaded
  })
}

/** Some engines accept a manifest without images. */
const noneLoaded = 'one or more images are required'

function refused(call: Call, problem: string): Error {
  if (saysNoImages(problem)) return invalidArgument(call.operation, 'archive', `an archive of images (${problem})`)
  return ownFailure(call, 'ENGINE_ERROR', {}, `${problem}. Check that the engine has room for the images.`, {
    engineMessage: problem,
  })
}
