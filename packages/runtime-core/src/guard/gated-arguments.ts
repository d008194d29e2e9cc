import type { GatedMethods } from '../gated-methods.ts'
import { invalidArgument } from '../errors.ts'
import * as is from './checks.ts'
import * as limits from './limits.ts'
import * as part from './line-parts.ts'
import * as options from './options.ts'
import * as specs from './specs.ts'

/** What a gated method takes: the arguments before its options, and the options. */
interface MethodArguments {
  readonly before: readonly (readonly [field: string, check: is.Check])[]
  readonly options: is.Check
  /** The options hold something that must be there. */
  readonly optionsRequired?: boolean
  /** What the options are called where they are a filter. */
  readonly optionsField?: 'filter'
}

const id = ['id', is.identifier] as const
const path = ['path', is.absolutePath] as const
const project = ['project', specs.composeProject] as const
const base = { signal: is.abortSignal }
/** The last number is no user: for `chown` it means that the owner does not change. */
const userId = is.whole(0, 4_294_967_294)
const progress = { ...base, onEvent: is.callback }

const ofContainer = (...more: readonly (readonly [string, is.Check])[]): MethodArguments => ({
  before: [id, ...more],
  options: options.call,
})

const ofNetwork = (more: Readonly<Record<string, is.Check>>): MethodArguments => ({
  before: [
    ['network', is.identifier],
    ['container', is.identifier],
  ],
  options: is.object({ ...base, ...more }),
})

/** Labels are required, so that nothing of a stranger goes. */
const ofPrune: MethodArguments = {
  before: [],
  optionsRequired: true,
  optionsField: 'filter',
  options: is.object(
    {
      ...base,
      labels: (operation, field, value) => {
        is.textMap()(operation, field, value)
        if (Object.keys(Object(value)).length === 0) throw invalidArgument(operation, field, 'at least one label')
      },
    },
    ['labels'],
  ),
}

const ofCompose = (more: Readonly<Record<string, is.Check>>): MethodArguments => ({
  before: [project],
  options: is.object({ ...base, ...more }),
})

const services = is.arrayOf(is.filledText)

/** The arguments of every gated method. */
export const gatedArguments: Readonly<Record<keyof GatedMethods, MethodArguments>> = {
  buildImage: { before: [['spec', specs.buildSpec]], options: is.object(progress) },
  pushImage: { before: [['reference', is.pullReference]], options: options.push },
  saveImages: {
    before: [['references', is.arrayOf(is.imageReference, 1)]],
    options: is.object({ ...base, platform: is.platform }),
  },
  loadImages: { before: [['archive', is.byteIterable]], options: options.call },
  imageHistory: { before: [['reference', is.imageReference]], options: options.call },
  startExec: { before: [id, ['spec', specs.execSpec]], options: options.startExec },
  attachContainer: { before: [id], options: is.object({ ...base, includeLogs: is.flag, stdin: is.flag }) },
  restartContainer: { before: [id], options: options.stopContainer },
  pauseContainer: ofContainer(),
  unpauseContainer: ofContainer(),
  renameContainer: ofContainer(['newName', is.containerName]),
  updateContainer: ofContainer(['update', is.object({ resources: limits.resources, restart: limits.restart })]),
  containerStats: ofContainer(),
  containerProcesses: ofContainer(),
  copyToContainer: {
    before: [id, path, ['archive', is.byteIterable]],
    options: is.object({ ...base, preserveOwner: is.flag }),
  },
  copyFromContainer: ofContainer(path),
  statPath: ofContainer(path),
  readFile: { before: [id, path], options: is.object({ ...base, maxBytes: is.whole(0) }) },
  writeFile: {
    before: [id, path, ['content', is.byteSource]],
    options: is.object({ ...base, mode: is.whole(0, 0o7777), userId, groupId: userId }),
  },
  connectNetwork: ofNetwork({ aliases: is.arrayOf(part.hostWord) }),
  disconnectNetwork: ofNetwork({ force: is.flag }),
  pruneContainers: ofPrune,
  pruneImages: ofPrune,
  pruneNetworks: ofPrune,
  pruneVolumes: ofPrune,
  events: {
    before: [],
    optionsField: 'filter',
    options: is.filter({
      ...base,
      kinds: is.arrayOf(is.oneOf('container', 'image', 'network', 'volume')),
      labels: is.textMap(),
      since: is.date,
      until: is.date,
      reconnect: is.flag,
    }),
  },
  composeUp: ofCompose({
    onEvent: is.callback,
    services,
    noRecreate: is.flag,
    build: is.oneOf('never', 'always'),
    pullPolicy: is.oneOf('never', 'missing', 'always'),
    wait: is.flag,
    waitTimeoutMs: is.milliseconds,
  }),
  composeDown: ofCompose({
    onEvent: is.callback,
    removeVolumes: is.flag,
    removeOrphans: is.flag,
    removeImages: is.oneOf('local'),
    timeoutMs: is.milliseconds,
  }),
  findComposeContainer: { before: [project, ['service', is.filledText]], options: options.call },
  composePs: ofCompose({}),
  composeLogs: ofCompose({ services, follow: is.flag, tail: is.whole(0) }),
  composeConfig: ofCompose({}),
  checkpointContainer: {
    before: [id],
    options: is.object({ ...base, leaveRunning: is.flag, tcpEstablished: is.flag }),
  },
  restoreContainer: {
    before: [['archive', is.archive]],
    options: is.object({ ...base, name: is.containerName, tcpEstablished: is.flag, ignoreVolumes: is.flag }),
  },
}
