import type { ComposeProject, ContainerSummary } from '@moorage/runtime-core'
import type { EngineMethods } from './engine-methods.ts'
import { isOfAnotherProject, projectOrigin } from './origin.ts'

/** Compose puts these on everything that it makes. */
export const projectLabel = 'com.docker.compose.project'
export const serviceLabel = 'com.docker.compose.service'
const oneOffLabel = 'com.docker.compose.oneoff'

export interface ProjectContainers {
  readonly own: readonly ContainerSummary[]
  /** Of another project of the same name: other files in another folder. */
  readonly others: readonly ContainerSummary[]
}

/** All containers of the project's name, one-off ones included; without an `identity` all of them are its own. */
export async function projectContainers(
  engine: EngineMethods,
  projectName: string,
  identity: ComposeProject | undefined,
  signal: AbortSignal | undefined,
): Promise<ProjectContainers> {
  const listed = await engine.listContainers({ labels: { [projectLabel]: projectName } }, signal ? { signal } : {})
  if (identity === undefined || listed.length === 0) return { own: listed, others: [] }
  const origin = await projectOrigin(identity)
  const areOthers = await Promise.all(listed.map(({ labels }) => isOfAnotherProject(labels, origin)))
  return {
    own: listed.filter((_, index) => areOthers[index] === false),
    others: listed.filter((_, index) => areOthers[index] === true),
  }
}

/** Whether `compose run` made it. */
export function isOneOff({ labels }: ContainerSummary): boolean {
  return labels[oneOffLabel] === 'True'
}

export function serviceOf({ labels }: ContainerSummary): string {
  return labels[serviceLabel] ?? ''
}

/** The names of the project's networks, and of its volumes if they are asked for; of the given names only, if any are. */
export async function projectResources(
  engine: EngineMethods,
  projectName: string,
  removeVolumes: boolean,
  names: { readonly networks: ReadonlySet<string>; readonly volumes: ReadonlySet<string> } | undefined,
  signal: AbortSignal | undefined,
): Promise<{ readonly networks: readonly string[]; readonly volumes: readonly string[] }> {
  const filter = { labels: { [projectLabel]: projectName } }
  const options = signal === undefined ? {} : { signal }
  const [networks, volumes] = await Promise.all([
    engine.listNetworks(filter, options),
    removeVolumes ? engine.listVolumes(filter, options) : [],
  ])
  return {
    networks: networks.map(({ name }) => name).filter((name) => names?.networks.has(name) ?? true),
    volumes: volumes.map(({ name }) => name).filter((name) => names?.volumes.has(name) ?? true),
  }
}
