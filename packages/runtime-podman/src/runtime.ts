import {
  cleanupReporter,
  checkEngineOptions,
  connectEngine,
  defaultOpenTimeoutMs,
  engineAdapter,
  engineInfo,
  type EngineClient,
  type Greeting,
  type EngineOptions,
  type OtherEngine,
  type SshOptions,
  dockerCredentials,
  firstSource,
  podmanCredentials,
  withinTimeout,
} from '@moorage/engine-api'
import { createRuntime, defineCapabilities, type Capabilities, type Runtime } from '@moorage/runtime-core'
import { buildImage } from './builds/build.ts'
import { requireBindSources } from './differences/bind-sources.ts'
import { podmanDialect } from './dialect.ts'
import { podmanTraits, refuseDroppedFields } from './differences/dropped-fields.ts'
import { killBeforeRemoval } from './differences/forced-removal.ts'
import { Healthchecks } from './differences/healthchecks.ts'
import { refuseMangledTexts } from './differences/mangled-texts.ts'
import { podmanCandidates } from './hosts.ts'

export interface PodmanRuntimeOptions extends EngineOptions {
  /**
   * Where Podman's service listens, such as `unix:///run/podman/podman.sock`. Absent: `CONTAINER_HOST`, else
   * `CONTAINER_CONNECTION`, else the default of `podman system connection`, else the sockets where it usually listens.
   */
  readonly host?: string
  /** Where `CONTAINER_HOST`, `CONTAINER_CONNECTION` and the other variables that name a host are looked up. Default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Keys and known hosts for an `ssh://` host. Absent: the connection's identity, else the usual files of `~/.ssh`, and the agent. */
  readonly ssh?: SshOptions
}

const knownOptions = [
  'host',
  'environment',
  'ssh',
  'openTimeoutMs',
  'closeTimeoutMs',
  'onCleanupFailure',
  'signal',
] as const

const everything = defineCapabilities({
  pushImage: true,
  imageArchives: true,
  build: true,
  buildSecrets: true,
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
  healthchecks: true,
  resourceLimits: true,
  restartPolicies: true,
  namespaceSharing: true,
  hostDevices: true,
  networkDns: true,
  sharedVolumes: true,
  publishedPorts: true,
})

/**
 * A runtime over Podman's Docker-compatible API. It asks the engine who it is before it resolves. Rejects:
 * INVALID_ARGUMENT, ENGINE_UNAVAILABLE (with everything that was tried), API_VERSION_UNSUPPORTED.
 */
export async function createPodmanRuntime(options: PodmanRuntimeOptions = {}): Promise<Runtime> {
  checkEngineOptions('createPodmanRuntime', options, knownOptions)
  const { host, environment, ssh, signal, openTimeoutMs, ...rest } = options
  signal?.throwIfAborted()
  const client = await connectEngine({
    candidates: await podmanCandidates({ ...(host !== undefined && { host }), ...(ssh && { ssh }) }, environment),
    refuse: refuseDocker,
    dialect: podmanDialect,
    ...(openTimeoutMs !== undefined && { openTimeoutMs }),
    ...(signal && { signal }),
  })
  const [capabilities, traits] = await withinTimeout(openTimeoutMs ?? defaultOpenTimeoutMs, signal, (timed) =>
    Promise.all([capabilitiesOf(client, timed), podmanTraits(client, { signal: timed })]),
  ).catch(async (error: unknown) => {
    await client.close()
    throw error
  })
  const healthchecks = new Healthchecks(client)
  const credentials = firstSource(podmanCredentials(), dockerCredentials())
  const onCleanupFailure = cleanupReporter(podmanDialect.backend, rest.onCleanupFailure)
  const adapter = engineAdapter(client, {
    capabilities,
    // Its API has no BuildKit; and where no systemd runs healthchecks, compose would wait for them for ever.
    compose: { environment: { DOCKER_BUILDKIT: '0' }, tendsHealth: true, makesBindSources: true },
    credentials,
    buildImage: (spec, callOptions) => buildImage(client, credentials, spec, callOptions),
    onCleanupFailure,
    onInspect: (json) => healthchecks.observe(json),
    onClose: () => healthchecks.close(),
    async beforeCreate(spec, callOptions) {
      refuseDroppedFields(spec, traits)
      refuseMangledTexts(spec)
      await requireBindSources(client, spec, callOptions)
    },
    beforeForcedRemoval: (id, removalSignal) => killBeforeRemoval(client, id, removalSignal),
  })
  return createRuntime(adapter, { ...rest, onCleanupFailure })
}

/** An ordinary user's containers have no cgroup of their own where cgroups are of version 1: nothing can be frozen or limited. */
async function capabilitiesOf(client: EngineClient, signal: AbortSignal): Promise<Capabilities> {
  const { rootless, cgroupVersion } = await engineInfo(client, { signal })
  const lacksCgroups = rootless && cgroupVersion === '1'
  return lacksCgroups
    ? defineCapabilities({ ...everything, pause: false, resourceLimits: false, stats: false })
    : everything
}

function refuseDocker({ libpodVersion }: Greeting): OtherEngine | undefined {
  if (libpodVersion !== undefined) return undefined
  return { answers: 'docker', reason: 'this is not Podman: use @moorage/runtime-docker for Docker' }
}
