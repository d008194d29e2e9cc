import {
  RuntimeError,
  type ComposeModel,
  type ComposeProject,
  type ComposeService,
  type ContainerDetails,
} from '@moorage/runtime-core'
import { isOneOff, projectContainers, serviceLabel } from './belongings.ts'
import type { EngineMethods } from './engine-methods.ts'

/** The containers of a project's services, by service and name, without those of `compose run`. */
export async function projectServices(
  engine: EngineMethods,
  projectName: string,
  identity: ComposeProject | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly ComposeService[]> {
  const { own } = await projectContainers(engine, projectName, identity, signal)
  const options = signal === undefined ? {} : { signal }
  const found = await Promise.all(
    own
      .filter((container) => !isOneOff(container))
      .map(({ id }) => engine.inspectContainer(id, options).catch(goneAs(undefined))),
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

/**
 * The services whose containers a `composeUp` of these waits for: they and what they depend on, without those that are scaled
 * to nothing, and without those of a provider, which have no containers.
 */
export function expectedServices(model: ComposeModel, wanted: readonly string[]): readonly string[] {
  const expected = new Set<string>()
  const add = (service: string): void => {
    const spec = model.services[service]
    if (spec === undefined || expected.has(service)) return
    expected.add(service)
    for (const dependency of Object.keys(Object(spec['depends_on']))) add(dependency)
  }
  for (const service of wanted.length > 0 ? wanted : Object.keys(model.services)) add(service)
  return [...expected].filter(
    (service) => !isScaledToNothing(model.services[service]) && model.services[service]?.['provider'] === undefined,
  )
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
