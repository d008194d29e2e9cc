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
import {
  parseImageReference,
  type BuildEvent,
  type BuildSpec,
  type BuiltImage,
  type ProgressOptions,
  type RegistryCredentials,
} from '@moorage/runtime-core'
import { contextArchive } from './archive.ts'
import { malformedLine } from './malformed.ts'
import { BuildahProgress } from './progress.ts'

const operation = 'buildImage'

/** Files whose names begin like this are taken out of the context by Podman before anything is copied from it. */
const secretPrefix = 'podman-build-secret-'

/** The image of `FROM`; one that is named by an argument stays unknown. */
const fromLine = /^\s*FROM\s+(?:--\S+\s+)*([^\s$]+)/gim

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
  { signal, onEvent }: ProgressOptions<BuildEvent> = {},
): Promise<BuiltImage> {
  const call: Call = { client, operation }
  return perform(call, {}, async () => {
    await using source = await sourceOf(operation, spec, signal)
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
      headers: {
        'content-type': 'application/x-tar',
        ...(await registryConfig(spec, source, credentials, signal)),
      },
      body: told(await contextArchive(source, files), onEvent),
      ...(signal && { signal }),
    }
    const body = await client.stream(request).catch((error: unknown) => {
      // What is wrong with the Dockerfile is a bad request to Podman.
      throw error instanceof AnswerError && error.status === 400
        ? buildFailed(call, error.engineMessage, undefined)
        : error
    })
    const progress = new BuildahProgress(onEvent ?? (() => undefined))
    let imageId: string | undefined
    for await (const json of jsonMessages(body)) {
      const { stream, error, errorDetail, aux } = json as BuildMessage
      const problem = errorDetail?.message ?? error
      if (problem !== undefined) {
        progress.end(problem.trim())
        throw await failed(call, problem, progress.failure(problem), source)
      }
      imageId = aux?.ID ?? imageId
      if (stream !== undefined) progress.add(stream)
    }
    progress.end()
    const id = imageId ?? progress.imageId
    if (id === undefined) throw buildFailed(call, 'the engine ended the build without naming an image', undefined)
    return { id: id.startsWith('sha256:') ? id : `sha256:${id}`, tags: spec.tags ?? [] }
  })
}

async function failed(call: Call, problem: string, step: FailedStep | undefined, source: BuildSource): Promise<Error> {
  const dockerfile = (await dockerfileText(source)) ?? ''
  const malformed = step && malformedLine(problem, { dockerfile, stepName: step.name.replace(/^\S+ /, '') })
  return malformed === undefined
    ? buildFailed(call, problem, step)
    : buildFailed(call, malformed.text, undefined, malformed.line)
}

const tellEveryBytes = 256 * 1024

/** The archive, and how much of it has gone out. */
async function* told(
  archive: AsyncIterable<Uint8Array>,
  onEvent: (event: BuildEvent) => void = () => undefined,
): AsyncGenerator<Uint8Array, undefined> {
  const step = 'context'
  onEvent({ type: 'step-started', step, name: 'send the build context' })
  let currentBytes = 0
  let lastTold = 0
  const tell = (): void => {
    lastTold = currentBytes
    onEvent({ type: 'transfer', step, name: 'context', currentBytes })
  }
  for await (const piece of archive) {
    yield piece
    currentBytes += piece.byteLength
    if (currentBytes - lastTold >= tellEveryBytes) tell()
  }
  tell()
  onEvent({ type: 'step-completed', step, cached: false })
}

function queryOf(spec: BuildSpec): Readonly<Record<string, string | readonly string[]>> {
  const { tags, buildArguments, labels, target, platform, noCache, pull, cacheFrom, extraHosts, networkMode, ulimits } =
    spec
  const hosts = Object.entries(extraHosts ?? {}).map(([name, address]) => `${name}:${address}`)
  return {
    // The other format has no healthchecks.
    outputformat: 'application/vnd.docker.distribution.manifest.v2+json',
    layers: 'true',
    rm: 'true',
    forcerm: 'true',
    ...(tags && { t: tags }),
    ...(buildArguments && { buildargs: JSON.stringify(buildArguments) }),
    ...(labels && { labels: JSON.stringify(labels) }),
    ...(target !== undefined && { target }),
    ...(platform !== undefined && { platform }),
    ...(noCache === true && { nocache: 'true' }),
    ...(pull === true && { pullpolicy: 'always' }),
    ...(cacheFrom && { cachefrom: JSON.stringify(cacheFrom) }),
    ...(hosts.length > 0 && { extrahosts: JSON.stringify(hosts) }),
    ...(networkMode !== undefined && { networkmode: networkMode }),
    ...(ulimits && { ulimits: JSON.stringify(ulimits.map(({ name, soft, hard }) => `${name}=${soft}:${hard}`)) }),
  }
}

/**
 * Credentials by host, as the header carries them: the build's own, else those that are configured for the hosts that the
 * Dockerfile names. Podman asks for none by itself.
 */
async function registryConfig(
  { credentials = {} }: BuildSpec,
  source: BuildSource,
  configured: CredentialSource,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, string>>> {
  const known: Record<string, RegistryCredentials> = { ...credentials }
  for (const [, reference = ''] of ((await dockerfileText(source)) ?? '').matchAll(fromLine)) {
    const host = parseImageReference(reference)?.registry ?? 'docker.io'
    const found = known[host] ?? (await configured({ operation, reference, signal }))
    if (found !== undefined) known[host] = found
  }
  const entries = Object.entries(known).map(([host, found]) => [
    host,
    'identityToken' in found ? { identitytoken: found.identityToken } : found,
  ])
  if (entries.length === 0) return {}
  // Base64 for URLs, with its padding.
  const text = Buffer.from(JSON.stringify(Object.fromEntries(entries))).toString('base64')
  return { 'x-registry-config': text.replaceAll('+', '-').replaceAll('/', '_') }
}
