import type { DerivedMethods, GatedMethods, MandatoryMethods, Runtime } from '@moorage/runtime-core'

export type MethodName = keyof (MandatoryMethods & GatedMethods & DerivedMethods)

/** Can be read by any number of calls. */
const bytes: AsyncIterable<Uint8Array> = {
  async *[Symbol.asyncIterator]() {
    yield new Uint8Array([1])
  },
}

const project = { files: ['compose.yaml'] }
const image = 'registry.example/tools:1'

/** Arguments that every method accepts, without its options. */
export const goodArguments: Readonly<Record<MethodName, readonly unknown[]>> = {
  info: [],
  pullImage: [image],
  inspectImage: [image],
  listImages: [{}],
  tagImage: [image, 'tools:2'],
  removeImage: [image],
  createContainer: [{ image }],
  startContainer: ['box'],
  stopContainer: ['box'],
  killContainer: ['box'],
  waitContainer: ['box'],
  removeContainer: ['box'],
  inspectContainer: ['box'],
  listContainers: [{}],
  execContainer: ['box', { command: ['true'] }],
  containerLogs: ['box'],
  createNetwork: [{ name: 'net' }],
  removeNetwork: ['net'],
  inspectNetwork: ['net'],
  listNetworks: [{}],
  createVolume: [{ name: 'data' }],
  removeVolume: ['data'],
  inspectVolume: ['data'],
  listVolumes: [{}],
  buildImage: [{ context: { directory: '.' } }],
  pushImage: [image],
  saveImages: [[image]],
  loadImages: [bytes],
  imageHistory: [image],
  startExec: ['box', { command: ['true'] }],
  attachContainer: ['box'],
  restartContainer: ['box'],
  pauseContainer: ['box'],
  unpauseContainer: ['box'],
  renameContainer: ['box', 'crate'],
  updateContainer: ['box', { resources: { memoryBytes: 1 } }],
  containerStats: ['box'],
  containerProcesses: ['box'],
  copyToContainer: ['box', '/tmp', bytes],
  copyFromContainer: ['box', '/tmp'],
  statPath: ['box', '/tmp'],
  readFile: ['box', '/tmp/a'],
  writeFile: ['box', '/tmp/a', 'text'],
  connectNetwork: ['net', 'box'],
  disconnectNetwork: ['net', 'box'],
  pruneContainers: [],
  pruneImages: [],
  pruneNetworks: [],
  pruneVolumes: [],
  events: [],
  composeUp: [project],
  composeDown: [project],
  findComposeContainer: [project, 'web'],
  composePs: [project],
  composeLogs: [project],
  composeConfig: [project],
  checkpointContainer: ['box'],
  restoreContainer: [new Uint8Array([1])],
  runContainer: [{ image }],
  findContainer: [{ name: 'box' }],
  findContainerByLabel: ['key', 'value'],
}

export const methodNames = Object.keys(goodArguments) as readonly MethodName[]

/** What a method's last argument must hold besides a signal. */
function goodOptions(method: MethodName): Readonly<Record<string, unknown>> {
  return method.startsWith('prune') ? { labels: { run: '1' } } : {}
}

/** Calls a method by its name; of a stream, asks for the first value. */
export async function invoke(runtime: Runtime, method: MethodName, args: readonly unknown[]): Promise<unknown> {
  const answer: unknown = Reflect.apply(runtime[method], runtime, args)
  return isStream(answer) ? answer.next() : answer
}

/** The same with arguments that are accepted. */
export function invokeWell(runtime: Runtime, method: MethodName, options: object = {}): Promise<unknown> {
  return invoke(runtime, method, [...goodArguments[method], { ...goodOptions(method), ...options }])
}

function isStream(value: unknown): value is AsyncIterator<unknown> {
  return typeof value === 'object' && value !== null && 'next' in value
}
