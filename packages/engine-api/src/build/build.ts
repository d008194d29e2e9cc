import { randomUUID } from 'node:crypto'
import { checkAgents, contextListing, dockerfileListing, readSecrets, sourceOf } from '@moorage/build-context'
import {
  RuntimeError,
  unsupported,
  type BuildEvent,
  type BuildSpec,
  type BuiltImage,
  type ProgressOptions,
} from '@moorage/runtime-core'
import type { EngineClient } from '../client/client.ts'
import { compareVersions } from '../client/version.ts'
import type { CredentialSource } from '../credentials/sources.ts'
import { ownFailure, perform, type Call } from '../errors/failure.ts'
import { imageJson, withAlgorithm } from '../images/inspect.ts'
import { TransportError } from '../transport/errors.ts'
import { jsonMessages } from '../transport/ndjson.ts'
import { buildFailed } from './failures.ts'
import { loadWire, type Wire } from './messages.ts'
import { BuildProgress } from './progress.ts'
import { authService, credentialsFor, secretsService } from './services/secrets.ts'
import { fileSync } from './services/file-sync.ts'
import { checkAgent, forwardAgent } from './services/ssh.ts'
import { openSession } from './session.ts'

const operation = 'buildImage'

/** Engines that speak only older versions (Docker 20.10) take the limits and drop them. */
const ulimitsSince = '1.42'

/** One line of the answer to `POST /build`. */
interface BuildMessage {
  readonly id?: string
  readonly aux?: unknown
  readonly error?: string
  readonly errorDetail?: { readonly message?: string }
}

/** `POST /build?version=2` with a session: BuildKit, which asks for files, credentials, secrets and agents as it needs them. */
export async function buildImage(
  client: EngineClient,
  credentials: CredentialSource,
  spec: BuildSpec,
  { signal, onEvent }: ProgressOptions<BuildEvent> = {},
): Promise<BuiltImage> {
  const call: Call = { client, operation }
  return perform(call, {}, async () => {
    if ((spec.ulimits ?? []).length > 0 && compareVersions(client.apiVersion, ulimitsSince) < 0)
      throw unsupported(operation, { field: 'spec.ulimits' }, client.dialect.backend)
    const [wire, secrets] = await Promise.all([loadWire(), readSecrets(operation, spec), checkAgents(operation, spec)])
    await using source = await sourceOf(operation, spec, signal)
    const methods = {
      '/moby.filesync.v1.Auth/Credentials': authService(wire, credentialsFor(operation, spec, credentials, signal)),
      '/moby.buildkit.secrets.v1.Secrets/GetSecret': secretsService(wire, secrets),
      ...(spec.ssh && {
        '/moby.sshforward.v1.SSH/CheckAgent': checkAgent(wire, spec.ssh),
        '/moby.sshforward.v1.SSH/ForwardAgent': forwardAgent(wire, spec.ssh),
      }),
      '/moby.filesync.v1.FileSync/DiffCopy': fileSync(wire, {
        context: contextListing(source),
        dockerfile: dockerfileListing(source),
      }),
    }
    using stop = stopper(signal)
    await using session = await openSession(client, wire, methods, {
      sharedKey: source.sharedKey,
      signal,
      onFailure: stop.onFailure,
    })
    const id = await run(call, wire, {
      spec,
      dockerfile: source.dockerfile,
      sessionId: session.id,
      signal: stop.signal,
      onEvent,
    })
    const json = await imageJson(client, id, signal)
    const [digest] = (json.RepoDigests ?? []).map((entry) => entry.split('@')[1])
    return { id: withAlgorithm(json.Id), ...(digest !== undefined && { digest }), tags: spec.tags ?? [] }
  })
}

interface Stopper extends Disposable {
  /** Ends the build: with the caller's reason, or with what has failed in its session. */
  readonly signal: AbortSignal
  readonly onFailure: (error: unknown) => void
}

/** A failure here while answering the engine rejects the build as it is: the engine would reword it, or wait for ever. */
function stopper(signal: AbortSignal | undefined): Stopper {
  const controller = new AbortController()
  const abort = (): void => controller.abort(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  if (signal?.aborted === true) abort()
  return {
    signal: controller.signal,
    onFailure: (error) => {
      if (error instanceof TransportError || RuntimeError.is(error)) controller.abort(error)
    },
    [Symbol.dispose]: () => signal?.removeEventListener('abort', abort),
  }
}

interface Run {
  readonly spec: BuildSpec
  readonly dockerfile: string
  readonly sessionId: string
  readonly signal: AbortSignal
  readonly onEvent: ((event: BuildEvent) => void) | undefined
}

/** The build itself; closing its connection stops it in the engine. */
async function run(call: Call, wire: Wire, { spec, dockerfile, sessionId, signal, onEvent }: Run): Promise<string> {
  const progress = new BuildProgress(wire, onEvent ?? (() => undefined))
  const stream = await call.client.stream({
    method: 'POST',
    path: '/build',
    query: {
      ...queryOf(spec),
      dockerfile,
      remote: 'client-session',
      version: '2',
      session: sessionId,
      buildid: randomUUID(),
    },
    signal,
  })
  let id: string | undefined
  for await (const json of jsonMessages(stream)) {
    const { id: kind, aux, error, errorDetail } = json as BuildMessage
    const problem = errorDetail?.message ?? error
    if (problem !== undefined) throw buildFailed(call, problem, progress.failure())
    if (kind === 'moby.buildkit.trace' && typeof aux === 'string') progress.add(Buffer.from(aux, 'base64'))
    if (kind === 'moby.image.id') id = imageIdOf(aux)
  }
  if (id === undefined)
    throw ownFailure(call, 'ENGINE_ERROR', {}, 'the engine ended the build without naming an image. Build again.')
  return id
}

/** `{ ID }`. */
function imageIdOf(aux: unknown): string | undefined {
  const id: unknown = Object(aux).ID
  return typeof id === 'string' ? id : undefined
}

function queryOf(spec: BuildSpec): Readonly<Record<string, string | readonly string[]>> {
  const { tags, buildArguments, labels, target, platform, noCache, pull, cacheFrom, extraHosts, networkMode, ulimits } =
    spec
  return {
    ...(tags && { t: tags }),
    ...(buildArguments && { buildargs: JSON.stringify(buildArguments) }),
    ...(labels && { labels: JSON.stringify(labels) }),
    ...(target !== undefined && { target }),
    ...(platform !== undefined && { platform }),
    ...(noCache === true && { nocache: '1' }),
    ...(pull === true && { pull: '1' }),
    ...(cacheFrom && { cachefrom: JSON.stringify(cacheFrom) }),
    ...(extraHosts && { extrahosts: Object.entries(extraHosts).map(([name, address]) => `${name}:${address}`) }),
    ...(networkMode !== undefined && { networkmode: networkMode }),
    ...(ulimits && {
      ulimits: JSON.stringify(ulimits.map(({ name: Name, soft: Soft, hard: Hard }) => ({ Name, Soft, Hard }))),
    }),
  }
}
