import type { ComposeModel, ComposeService, ContainerDetails, RuntimeAdapter } from '@moorage/runtime-core'
import { RuntimeError } from '@moorage/runtime-core'

/** What compose puts on everything that it makes. */
const projectLabel = 'com.docker.compose.project'
const serviceLabel = 'com.docker.compose.service'
const oneOffLabel = 'com.docker.compose.oneoff'

/** The methods of an adapter over which a project is looked at. */
export type Looking = Pick<
  RuntimeAdapter,
  'listContainers' | 'inspectContainer' | 'containerLogs' | 'removeImage' | 'listNetworks' | 'listVolumes'
>

/** Everything of a project that a down is to remove, whatever it came from. */
export interface Belongings {
  readonly containers: readonly string[]
  /** Networks, and volumes if they were asked for: they stay where somebody else uses them. */
  readonly shared: readonly string[]
}

export async function projectBelongings(
  adapter: Looking,
  projectName: string,
  withVolumes: boolean,
  signal: AbortSignal | undefined,
): Promise<Belongings> {
  const filter = { labels: { [projectLabel]: projectName } }
  const options = signal === undefined ? {} : { signal }
  const [containers, networks, volumes] = await Promise.all([
    adapter.listContainers(filter, options),
    adapter.listNetworks(filter, options),
    withVolumes ? adapter.listVolumes(filter, options) : [],
  ])
  return { containers: containers.map(({ id }) => id), shared: [...networks, ...volumes].map(({ name }) => name) }
}

/** The containers of a project's services, by service and name; those of `compose run` are nobody's. */
export async function projectServices(
  adapter: Looking,
  projectName: string,
  signal: AbortSignal | undefined,
): Promise<readonly ComposeService[]> {
  const options = signal === undefined ? {} : { signal }
  const listed = await adapter.listContainers({ labels: { [projectLabel]: projectName } }, options)
  const found = await Promise.all(
    listed
      .filter(({ labels }) => labels[oneOffLabel] !== 'True')
      .map(({ id }) => adapter.inspectContainer(id, options).catch(goneAs(undefined))),
  )
  return found
    .filter((details) => details !== undefined)
    .map(composeService)
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
}

/** One that was removed in the meantime. */
function goneAs<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (RuntimeError.is(error, 'CONTAINER_NOT_FOUND')) return instead
    throw error
  }
}

function keyOf({ service, containerName }: ComposeService): string {
  return `${service}\0${containerName}`
}

function composeService({ id, name, labels, status, health, exitCode, ports }: ContainerDetails): ComposeService {
  return {
    service: labels[serviceLabel] ?? '',
    containerId: id,
    containerName: name,
    status,
    health,
    ...(exitCode !== undefined && { exitCode }),
    ports,
  }
}

/** The services that an up of these is about: they and what they depend on, without those that are scaled to nothing. */
export function expectedServices(model: ComposeModel, wanted: readonly string[]): readonly string[] {
  const expected = new Set<string>()
  const add = (service: string): void => {
    const spec = model.services[service]
    if (spec === undefined || expected.has(service)) return
    expected.add(service)
    for (const dependency of Object.keys(Object(spec['depends_on']))) add(dependency)
  }
  for (const service of wanted.length > 0 ? wanted : Object.keys(model.services)) add(service)
  return [...expected].filter((service) => !isScaledToNothing(model.services[service]))
}

function isScaledToNothing(spec: Readonly<Record<string, unknown>> | undefined): boolean {
  const { replicas } = Object(Object(spec)['deploy']) as { readonly replicas?: unknown }
  return replicas === 0 || Object(spec)['scale'] === 0
}

/** How far the containers of a service are. */
export type Readiness = 'ready' | 'waits' | 'unhealthy' | 'failed'

export function readinessOf(containers: readonly ComposeService[]): Readiness {
  const each = containers.map(({ status, health, exitCode }): Readiness => {
    if (status === 'exited' || status === 'dead') return exitCode === 0 ? 'ready' : 'failed'
    if (status !== 'running') return 'waits'
    return health === 'unhealthy' ? 'unhealthy' : health === 'starting' ? 'waits' : 'ready'
  })
  return (
    each.find((one) => one === 'failed') ??
    each.find((one) => one !== 'ready') ??
    (each.length === 0 ? 'waits' : 'ready')
  )
}
