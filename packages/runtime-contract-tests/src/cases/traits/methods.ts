import type { CallOptions, CapabilityName, GatedMethods, MandatoryMethods, Runtime } from '@moorage/runtime-core'
import { build } from '../../world/builds.ts'
import { noBytes } from '../../world/sources.ts'
import { tarOf } from '../../world/tar.ts'
import type { World } from '../../world/world.ts'

/** A method with arguments that are well formed and speak of nothing that exists. */
export interface MethodCall {
  readonly name: keyof MandatoryMethods | keyof GatedMethods | 'runContainer' | 'findContainer' | 'findContainerByLabel'
  /** Absent: every runtime has it. */
  readonly gate?: CapabilityName
  readonly call: (runtime: Runtime, world: World, options: CallOptions) => Promise<unknown>
}

const nobody = 'moorage-contract-nobody'
const nowhere = 'moorage.invalid/nothing:1'

/** Every method but `close`. A stream is asked for its first value. */
export const methodCalls: readonly MethodCall[] = [
  { name: 'info', call: (runtime, _, options) => runtime.info(options) },
  { name: 'pullImage', call: (runtime, _, options) => runtime.pullImage(nowhere, options) },
  { name: 'inspectImage', call: (runtime, _, options) => runtime.inspectImage(nowhere, options) },
  { name: 'listImages', call: (runtime, _, options) => runtime.listImages({}, options) },
  { name: 'tagImage', call: (runtime, _, options) => runtime.tagImage(nowhere, 'moorage-contract:2', options) },
  { name: 'removeImage', call: (runtime, _, options) => runtime.removeImage(nowhere, options) },
  {
    name: 'createContainer',
    call: (runtime, world, options) => runtime.createContainer(world.spec(['true']), options),
  },
  { name: 'runContainer', call: (runtime, world, options) => runtime.runContainer(world.spec(['true']), options) },
  { name: 'startContainer', call: (runtime, _, options) => runtime.startContainer(nobody, options) },
  { name: 'stopContainer', call: (runtime, _, options) => runtime.stopContainer(nobody, options) },
  { name: 'killContainer', call: (runtime, _, options) => runtime.killContainer(nobody, options) },
  { name: 'waitContainer', call: (runtime, _, options) => runtime.waitContainer(nobody, options) },
  { name: 'removeContainer', call: (runtime, _, options) => runtime.removeContainer(nobody, options) },
  { name: 'inspectContainer', call: (runtime, _, options) => runtime.inspectContainer(nobody, options) },
  { name: 'listContainers', call: (runtime, _, options) => runtime.listContainers({}, options) },
  { name: 'findContainer', call: (runtime, _, options) => runtime.findContainer({ name: nobody }, options) },
  { name: 'findContainerByLabel', call: (runtime, _, options) => runtime.findContainerByLabel('a', 'b', options) },
  {
    name: 'execContainer',
    call: (runtime, _, options) => runtime.execContainer(nobody, { command: ['true'] }, options),
  },
  { name: 'containerLogs', call: (runtime, _, options) => runtime.containerLogs(nobody, options).next() },
  { name: 'createNetwork', call: (runtime, world, options) => runtime.createNetwork(world.networkSpec(), options) },
  { name: 'removeNetwork', call: (runtime, _, options) => runtime.removeNetwork(nobody, options) },
  { name: 'inspectNetwork', call: (runtime, _, options) => runtime.inspectNetwork(nobody, options) },
  { name: 'listNetworks', call: (runtime, _, options) => runtime.listNetworks({}, options) },
  { name: 'createVolume', call: (runtime, world, options) => runtime.createVolume(world.volumeSpec(), options) },
  { name: 'removeVolume', call: (runtime, _, options) => runtime.removeVolume(nobody, options) },
  { name: 'inspectVolume', call: (runtime, _, options) => runtime.inspectVolume(nobody, options) },
  { name: 'listVolumes', call: (runtime, _, options) => runtime.listVolumes({}, options) },

  {
    name: 'buildImage',
    gate: 'build',
    call: (_, world, options) => build(world, { context: { files: { Dockerfile: 'FROM scratch' } } }, options),
  },
  { name: 'pushImage', gate: 'pushImage', call: (runtime, _, options) => runtime.pushImage(nowhere, options) },
  {
    name: 'saveImages',
    gate: 'imageArchives',
    call: (runtime, _, options) => runtime.saveImages([nowhere], options).next(),
  },
  {
    name: 'imageHistory',
    gate: 'imageHistory',
    call: (runtime, _, options) => runtime.imageHistory(nowhere, options),
  },
  { name: 'loadImages', gate: 'imageArchives', call: (runtime, _, options) => runtime.loadImages(noBytes(), options) },
  {
    name: 'startExec',
    gate: 'interactiveStreams',
    call: (runtime, _, options) => runtime.startExec(nobody, { command: ['true'] }, options),
  },
  {
    name: 'attachContainer',
    gate: 'interactiveStreams',
    call: (runtime, _, options) => runtime.attachContainer(nobody, options),
  },
  {
    name: 'restartContainer',
    gate: 'restart',
    call: (runtime, _, options) => runtime.restartContainer(nobody, options),
  },
  { name: 'pauseContainer', gate: 'pause', call: (runtime, _, options) => runtime.pauseContainer(nobody, options) },
  { name: 'unpauseContainer', gate: 'pause', call: (runtime, _, options) => runtime.unpauseContainer(nobody, options) },
  {
    name: 'renameContainer',
    gate: 'rename',
    call: (runtime, world, options) => runtime.renameContainer(nobody, world.name(), options),
  },
  {
    name: 'updateContainer',
    gate: 'update',
    call: (runtime, _, options) => runtime.updateContainer(nobody, { restart: { policy: 'no' } }, options),
  },
  {
    name: 'containerStats',
    gate: 'stats',
    call: (runtime, _, options) => runtime.containerStats(nobody, options).next(),
  },
  {
    name: 'containerProcesses',
    gate: 'stats',
    call: (runtime, _, options) => runtime.containerProcesses(nobody, options),
  },
  {
    name: 'copyToContainer',
    gate: 'archives',
    call: (runtime, _, options) => runtime.copyToContainer(nobody, '/tmp', tarOf({ name: 'a' }), options),
  },
  {
    name: 'copyFromContainer',
    gate: 'archives',
    call: (runtime, _, options) => runtime.copyFromContainer(nobody, '/tmp', options).next(),
  },
  { name: 'statPath', gate: 'archives', call: (runtime, _, options) => runtime.statPath(nobody, '/tmp', options) },
  { name: 'readFile', gate: 'archives', call: (runtime, _, options) => runtime.readFile(nobody, '/tmp/a', options) },
  {
    name: 'writeFile',
    gate: 'archives',
    call: (runtime, _, options) => runtime.writeFile(nobody, '/tmp/a', '', options),
  },
  {
    name: 'connectNetwork',
    gate: 'networkConnect',
    call: (runtime, _, options) => runtime.connectNetwork('bridge', nobody, options),
  },
  {
    name: 'disconnectNetwork',
    gate: 'networkConnect',
    call: (runtime, _, options) => runtime.disconnectNetwork('bridge', nobody, options),
  },
  {
    name: 'pruneContainers',
    gate: 'prune',
    call: (runtime, world, options) => runtime.pruneContainers({ ...options, labels: world.labels }),
  },
  {
    name: 'pruneImages',
    gate: 'prune',
    call: (runtime, world, options) => runtime.pruneImages({ ...options, labels: world.labels }),
  },
  {
    name: 'pruneNetworks',
    gate: 'prune',
    call: (runtime, world, options) => runtime.pruneNetworks({ ...options, labels: world.labels }),
  },
  {
    name: 'pruneVolumes',
    gate: 'prune',
    call: (runtime, world, options) => runtime.pruneVolumes({ ...options, labels: world.labels }),
  },
  {
    name: 'events',
    gate: 'events',
    // One that has ended already: an open one would never answer where nothing happens.
    call: (runtime, _, options) => runtime.events({ ...options, since: new Date(1000), until: new Date(2000) }).next(),
  },
  {
    name: 'composeUp',
    gate: 'compose',
    call: (runtime, _, options) => runtime.composeUp({ files: [nobody] }, options),
  },
  {
    name: 'composeDown',
    gate: 'compose',
    call: (runtime, _, options) => runtime.composeDown({ files: [nobody] }, options),
  },
  {
    name: 'findComposeContainer',
    gate: 'compose',
    call: (runtime, _, options) => runtime.findComposeContainer({ files: [nobody] }, 'web', options),
  },
  {
    name: 'composePs',
    gate: 'compose',
    call: (runtime, _, options) => runtime.composePs({ files: [nobody] }, options),
  },
  {
    name: 'composeLogs',
    gate: 'compose',
    call: (runtime, _, options) => runtime.composeLogs({ files: [nobody] }, options).next(),
  },
  {
    name: 'composeConfig',
    gate: 'compose',
    call: (runtime, _, options) => runtime.composeConfig({ files: [nobody] }, options),
  },
  {
    name: 'checkpointContainer',
    gate: 'checkpoint',
    call: (runtime, _, options) => runtime.checkpointContainer(nobody, options),
  },
  {
    name: 'restoreContainer',
    gate: 'checkpoint',
    call: (runtime, _, options) => runtime.restoreContainer(noBytes(), options),
  },
]

/** Methods that reject with CONTAINER_NOT_FOUND when their container is missing. */
export const containerMethods: ReadonlySet<MethodCall['name']> = new Set<MethodCall['name']>([
  'startContainer',
  'stopContainer',
  'killContainer',
  'waitContainer',
  'removeContainer',
  'inspectContainer',
  'execContainer',
  'containerLogs',
  'startExec',
  'attachContainer',
  'restartContainer',
  'pauseContainer',
  'unpauseContainer',
  'renameContainer',
  'updateContainer',
  'containerStats',
  'containerProcesses',
  'copyToContainer',
  'copyFromContainer',
  'statPath',
  'readFile',
  'writeFile',
  'connectNetwork',
  'disconnectNetwork',
])

/** The id that `methodCalls` ask for. */
export const missingId = nobody
