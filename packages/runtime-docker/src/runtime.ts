import {
  cleanupReporter,
  checkEngineOptions,
  connectEngine,
  dockerDialect,
  engineAdapter,
  type Greeting,
  type EngineOptions,
  type OtherEngine,
  type SshOptions,
  type TlsOptions,
  dockerCredentials,
  firstSource,
  podmanCredentials,
} from '@moorage/engine-api'
import { createRuntime, defineCapabilities, type Runtime } from '@moorage/runtime-core'
import { dockerCandidates } from './hosts.ts'

export interface DockerRuntimeOptions extends EngineOptions {
  /**
   * Where Docker listens, such as `unix:///var/run/docker.sock`, `tcp://127.0.0.1:2375` or `ssh://user@host`. Absent: `DOCKER_HOST`, else
   * the context that `DOCKER_CONTEXT` or Docker's configuration names, else the sockets where Docker usually listens.
   */
  readonly host?: string
  /** Where `DOCKER_HOST`, `DOCKER_CONTEXT` and the other variables that name a host are looked up. Default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Certificates as PEM for a `tcp://` host. Absent: those of `DOCKER_CERT_PATH`, or of the context. */
  readonly tls?: TlsOptions
  /** Keys and known hosts for an `ssh://` host. Absent: the usual files of `~/.ssh`, and the agent. */
  readonly ssh?: SshOptions
}

const knownOptions = [
  'host',
  'environment',
  'tls',
  'ssh',
  'openTimeoutMs',
  'closeTimeoutMs',
  'onCleanupFailure',
  'signal',
] as const

const capabilities = defineCapabilities({
  pushImage: true,
  imageArchives: true,
  build: true,
  buildSecrets: true,
  buildSsh: true,
  incrementalBuildContext: true,
  compose: true,
  imageHistory: true,
  interactiveStreams: true,
  restart: true,
  pause: true,
  rename: true,
  update: true,
  stats: true,
  archives: true,
  networkConnect: true,
  prune: true,
  events: true,
  resourceLimits: true,
  restartPolicies: true,
  namespaceSharing: true,
  hostDevices: true,
  healthchecks: true,
  networkDns: true,
  sharedVolumes: true,
  publishedPorts: true,
})

/**
 * A runtime over Docker. It asks the engine who it is before it resolves. Rejects: INVALID_ARGUMENT,
 * ENGINE_UNAVAILABLE (with everything that was tried), API_VERSION_UNSUPPORTED. Docker Engine API: `GET /_ping`.
 */
export async function createDockerRuntime(options: DockerRuntimeOptions = {}): Promise<Runtime> {
  checkEngineOptions('createDockerRuntime', options, knownOptions)
  const { host, environment, tls, ssh, signal, openTimeoutMs, ...rest } = options
  signal?.throwIfAborted()
  const client = await connectEngine({
    candidates: await dockerCandidates(
      { ...(host !== undefined && { host }), ...(tls && { tls }), ...(ssh && { ssh }) },
      environment,
    ),
    refuse: refusePodman,
    dialect: dockerDialect,
    ...(openTimeoutMs !== undefined && { openTimeoutMs }),
    ...(signal && { signal }),
  })
  const credentials = firstSource(dockerCredentials(), podmanCredentials())
  const onCleanupFailure = cleanupReporter(dockerDialect.backend, rest.onCleanupFailure)
  return createRuntime(engineAdapter(client, { capabilities, credentials, onCleanupFailure }), {
    ...rest,
    onCleanupFailure,
  })
}

/** Podman speaks the same dialect, but answers otherwise: its own adapter evens that out. */
function refusePodman({ libpodVersion }: Greeting): OtherEngine | undefined {
  if (libpodVersion === undefined) return undefined
  return { answers: 'podman', reason: 'this is Podman, not Docker: use @moorage/runtime-podman for it' }
}
