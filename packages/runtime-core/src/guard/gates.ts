import type { BuildSpec } from '../build.ts'
import type { Capabilities, CapabilityName } from '../capabilities.ts'
import type { ContainerSpec } from '../container-spec.ts'
import { unsupported } from '../errors.ts'
import type { GatedMethods } from '../gated-methods.ts'

/** Which gate each gated method stands behind. */
export const methodGates: Readonly<Record<keyof GatedMethods, CapabilityName>> = Object.freeze({
  buildImage: 'build',
  pushImage: 'pushImage',
  saveImages: 'imageArchives',
  loadImages: 'imageArchives',
  imageHistory: 'imageHistory',
  startExec: 'interactiveStreams',
  attachContainer: 'interactiveStreams',
  restartContainer: 'restart',
  pauseContainer: 'pause',
  unpauseContainer: 'pause',
  renameContainer: 'rename',
  updateContainer: 'update',
  containerStats: 'stats',
  containerProcesses: 'stats',
  copyToContainer: 'archives',
  copyFromContainer: 'archives',
  statPath: 'archives',
  readFile: 'archives',
  writeFile: 'archives',
  connectNetwork: 'networkConnect',
  disconnectNetwork: 'networkConnect',
  pruneContainers: 'prune',
  pruneImages: 'prune',
  pruneNetworks: 'prune',
  pruneVolumes: 'prune',
  events: 'events',
  composeUp: 'compose',
  composeDown: 'compose',
  findComposeContainer: 'compose',
  composePs: 'compose',
  composeLogs: 'compose',
  composeConfig: 'compose',
  checkpointContainer: 'checkpoint',
  restoreContainer: 'checkpoint',
})

/** Which gate a field of a container spec stands behind. */
const fieldGates: Partial<Readonly<Record<keyof ContainerSpec, CapabilityName>>> = {
  resources: 'resourceLimits',
  restart: 'restartPolicies',
  namespaces: 'namespaceSharing',
  privileged: 'hostDevices',
  devices: 'hostDevices',
  gpus: 'hostDevices',
}

/** Refuses fields of a container spec whose gate is not claimed; a field that asks for nothing passes. */
export function checkFieldGates(
  operation: string,
  spec: ContainerSpec,
  capabilities: Capabilities,
  backend: string,
): void {
  for (const [field, capability] of Object.entries(fieldGates) as [keyof ContainerSpec, CapabilityName][]) {
    const value = spec[field]
    if (asksForNothing(value) || capabilities[capability]) continue
    throw unsupported(operation, { capability, field: `spec.${field}` }, backend)
  }
}

/** The same for a build. */
export function checkBuildGates(operation: string, spec: BuildSpec, capabilities: Capabilities, backend: string): void {
  for (const [field, capability] of [
    ['secrets', 'buildSecrets'],
    ['ssh', 'buildSsh'],
    ['incremental', 'incrementalBuildContext'],
  ] as const) {
    if (asksForNothing(spec[field]) || capabilities[capability]) continue
    throw unsupported(operation, { capability, field: `spec.${field}` }, backend)
  }
}

/** Absent, off, empty, or the restart policy that restarts nothing. */
function asksForNothing(value: unknown): boolean {
  if (value === undefined || value === false) return true
  if (typeof value !== 'object' || value === null) return false
  const filled = Object.entries(value).filter(([, item]) => item !== undefined)
  return filled.every(([key, item]) => key === 'policy' && item === 'no')
}

/** Whether a gated method answers a stream; the others answer a promise. */
export const streamingMethods: ReadonlySet<keyof GatedMethods> = new Set<keyof GatedMethods>([
  'saveImages',
  'containerStats',
  'copyFromContainer',
  'events',
  'composeLogs',
])
