import { dockerfileText, readSecrets, sourceOf, type BuildSource } from '@moorage/build-context'
import {
  AnswerError,
  buildFailed,
  perform,
  jsonMessages,
  type Call,
  type CredentialSource,
  type EngineClient,
  type FailedStep,
} from '@moorage/engine-api'
import { type BuildEvent, type BuildSpec, type BuiltImage, type ProgressOptions } from '@moorage/runtime-core'
import { contextArchive, told } from './archive.ts'
import { registryConfig } from './credentials.ts'
import { malformedLine } from './malformed.ts'
import { isForAnotherPlatform } from './platform.ts'
import { BuildahProgress } from './progress.ts'
import { queryOf } from './query.ts'

const operation = 'buildImage'

/** Files whose names begin like this are taken out of the context by Podman before anything is copied from it. */
const secretPrefix = 'podman-build-secret-'

/** One line of the answer. */
interface BuildMessage {
  readonly stream?: string
  readonly error?: string
  readonly errorDetail?: { readonly message?: string }
  readonly aux?: { readonly ID?: string }
}

/**
 * `POST /libpod/build`: the whole context goes as a tar stream. Closing the connection does not stop a step that runs: it
 * goes on in the engine to its end, and nothing comes of it.
 */
export async function buildImage(
  client: EngineClient,
  credentials: CredentialSource,
  spec: BuildSpec,
  { signal, onEvent = () => undefined }: ProgressOptions<BuildEvent> = {},
): Promise<BuiltImage> {
  const call: Call = { client, operation }
  return perform(call, {}, async () => {
    await using source = await sourceOf(operation, spec, signal)
    const headers = await registryConfig(spec, source, credentials, signal)
    const dockerfile = (await dockerfileText(source)) ?? ''
    const options = { ...(signal && { signal }) }
    const attempt = { source, dockerfile, headers, signal, onEvent }
    const id = await built(call, spec, { ...attempt, prefix: '' })
    const isWrong = spec.noCache !== true && (await isForAnotherPlatform(client, { id, dockerfile }, spec, options))
    const rightId = isWrong ? await built(call, { ...spec, noCache: true }, { ...attempt, prefix: 'anew ' }) : id
    return { id: rightId, tags: spec.tags ?? [] }
  })
}

interface Attempt {
  readonly source: BuildSource
  readonly dockerfile: string
  readonly headers: Readonly<Record<string, string>>
  /** Of the ids of its steps. */
  readonly prefix: string
  readonly signal: AbortSignal | undefined
  readonly onEvent: (event: BuildEvent) => void
}

async function built(
  call: Call,
  spec: BuildSpec,
  { source, dockerfile, headers, prefix, signal, onEvent }: Attempt,
): Promise<string> {
  const secrets = [...(await readSecrets(operation, spec))].map(
    ([id, value], index) => [id, `${secretPrefix}${index}`, value] as const,
  )
  const files = Object.fromEntries(secrets.map(([, file, value]) => [file, value]))
  const request = {
    method: 'POST',
    path: '/libpod/build',
    query: {
      ...queryOf(spec),
      dockerfile: source.dockerfile,
      ...(secrets.length > 0 && { secrets: JSON.stringify(secrets.map(([id, file]) => `id=${id},src=${file}`)) }),
    },
    headers: { 'content-type': 'application/x-tar', ...headers },
    body: told(contextArchive(source, files), `${prefix}context`, onEvent),
    ...(signal && { signal }),
  }
  const body = await call.client.stream(request).catch((error: unknown) => {
    // What is wrong with the Dockerfile is a bad request to Podman.
    throw error instanceof AnswerError && error.status === 400
      ? buildFailed(call, error.engineMessage, undefined)
      : error
  })
  const progress = new BuildahProgress(prefix, onEvent)
  let imageId: string | undefined
  for await (const json of jsonMessages(body)) {
    const { stream, error, errorDetail, aux } = json as BuildMessage
    const problem = errorDetail?.message ?? error
    if (problem !== undefined) {
      progress.end(problem.trim())
      throw failed(call, problem, progress.failure(problem), dockerfile)
    }
    imageId = aux?.ID ?? imageId
    if (stream !== undefined) progress.add(stream)
  }
  progress.end()
  const id = imageId ?? progress.imageId
  if (id === undefined) throw buildFailed(call, 'the engine ended the build without naming an image', undefined)
  return id.startsWith('sha256:') ? id : `sha256:${id}`
}

function failed(call: Call, problem: string, step: FailedStep | undefined, dockerfile: string): Error {
  const malformed = step && malformedLine(problem, { dockerfile, stepName: step.name.replace(/^\S+ /, '') })
  return malformed === undefined
    ? buildFailed(call, problem, step)
    : buildFailed(call, malformed.text, undefined, malformed.line)
}
