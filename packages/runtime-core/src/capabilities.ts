/**
 * What a backend can do: constant for the life of a runtime, serialisable, frozen.
 *
 * Two kinds of flags. A *gate* guards methods or fields: without it they are refused with UNSUPPORTED and nothing is
 * changed. A *trait* tells what callers must know and cannot notice in time; nothing is refused for its lack.
 */
export interface Capabilities {
  /** Gate: `buildImage`. */
  readonly build: boolean
  /** Gate: `secrets` of `buildImage`. */
  readonly buildSecrets: boolean
  /** Gate: `ssh` of `buildImage`. */
  readonly buildSsh: boolean
  /** Gate: a build uploads only what changed in its directory (`incremental` of `buildImage`). */
  readonly incrementalBuildContext: boolean
  /** Gate: `pushImage`. */
  readonly pushImage: boolean
  /** Gate: `saveImages` and `loadImages`. */
  readonly imageArchives: boolean
  /** Gate: `imageHistory`. */
  readonly imageHistory: boolean
  /** Gate: `startExec` and `attachContainer`: streams with stdin, resize and kill. */
  readonly interactiveStreams: boolean
  /** Gate: `restartContainer`. */
  readonly restart: boolean
  /** Gate: `pauseContainer` and `unpauseContainer`. */
  readonly pause: boolean
  /** Gate: `renameContainer`. */
  readonly rename: boolean
  /** Gate: `updateContainer`. */
  readonly update: boolean
  /** Gate: `containerStats` and `containerProcesses`. */
  readonly stats: boolean
  /** Gate: `copyToContainer`, `copyFromContainer`, `statPath`, `readFile`, `writeFile`. */
  readonly archives: boolean
  /** Gate: `connectNetwork` and `disconnectNetwork`. */
  readonly networkConnect: boolean
  /** Gate: the four `prune*` methods. */
  readonly prune: boolean
  /** Gate: `events`. */
  readonly events: boolean
  /** Gate: the six `compose*` methods and `findComposeContainer`. */
  readonly compose: boolean
  /** Gate: `checkpointContainer` and `restoreContainer`. */
  readonly checkpoint: boolean
  /** Gate: `resources` of a container spec. */
  readonly resourceLimits: boolean
  /** Gate: `restart` of a container spec. */
  readonly restartPolicies: boolean
  /** Gate: `namespaces` of a container spec. */
  readonly namespaceSharing: boolean
  /** Gate: `privileged`, `devices` and `gpus` of a container spec. */
  readonly hostDevices: boolean
  /** Trait: healthchecks run by themselves, and `health` moves on from `starting`. */
  readonly healthchecks: boolean
  /** Trait: containers on one network find each other by name and alias. */
  readonly networkDns: boolean
  /** Trait: two containers that mount one volume see each other's files. */
  readonly sharedVolumes: boolean
  /** Trait: a published port can be reached from the host. */
  readonly publishedPorts: boolean
}

/** The name of one capability. */
export type CapabilityName = keyof Capabilities

/** Whether a flag guards something or only informs. */
export type CapabilityKind = 'gate' | 'trait'

/** The kind of every flag. */
export const capabilityKinds: Readonly<Record<CapabilityName, CapabilityKind>> = Object.freeze({
  build: 'gate',
  buildSecrets: 'gate',
  buildSsh: 'gate',
  incrementalBuildContext: 'gate',
  pushImage: 'gate',
  imageArchives: 'gate',
  imageHistory: 'gate',
  interactiveStreams: 'gate',
  restart: 'gate',
  pause: 'gate',
  rename: 'gate',
  update: 'gate',
  stats: 'gate',
  archives: 'gate',
  networkConnect: 'gate',
  prune: 'gate',
  events: 'gate',
  compose: 'gate',
  checkpoint: 'gate',
  resourceLimits: 'gate',
  restartPolicies: 'gate',
  namespaceSharing: 'gate',
  hostDevices: 'gate',
  healthchecks: 'trait',
  networkDns: 'trait',
  sharedVolumes: 'trait',
  publishedPorts: 'trait',
})

const nothing: Capabilities = {
  build: false,
  buildSecrets: false,
  buildSsh: false,
  incrementalBuildContext: false,
  pushImage: false,
  imageArchives: false,
  imageHistory: false,
  interactiveStreams: false,
  restart: false,
  pause: false,
  rename: false,
  update: false,
  stats: false,
  archives: false,
  networkConnect: false,
  prune: false,
  events: false,
  compose: false,
  checkpoint: false,
  resourceLimits: false,
  restartPolicies: false,
  namespaceSharing: false,
  hostDevices: false,
  healthchecks: false,
  networkDns: false,
  sharedVolumes: false,
  publishedPorts: false,
}

/** A frozen capability object: everything is false but what is claimed. */
export function defineCapabilities(claimed: Partial<Capabilities>): Capabilities {
  const given = Object.entries(claimed).filter(([, value]) => value !== undefined)
  return Object.freeze({ ...nothing, ...Object.fromEntries(given) })
}
