import type { CallOptions, Capabilities, ContainerSpec, OnCleanupFailure, RuntimeAdapter } from '@moorage/runtime-core'
import { readFile, writeFile } from './archives/files.ts'
import { copyFromContainer, copyToContainer, statPath } from './archives/transfer.ts'
import { Background } from './background.ts'
import { buildImage } from './build/build.ts'
import { createCompose, type ComposeOptions } from './compose/compose.ts'
import type { EngineClient } from './client/client.ts'
import { attachContainer } from './containers/attach.ts'
import {
  pauseContainer,
  renameContainer,
  restartContainer,
  unpauseContainer,
  updateContainer,
} from './containers/change.ts'
import { createContainer } from './containers/create.ts'
import { inspectContainer } from './containers/inspect.ts'
import type { ContainerJson } from './containers/json.ts'
import { KeptExits } from './containers/kept-exits.ts'
import { listContainers } from './containers/list.ts'
import { containerLogs } from './containers/logs.ts'
import { removeContainer } from './containers/remove.ts'
import { Removals } from './containers/removals.ts'
import { startContainer } from './containers/start.ts'
import { killContainer, stopContainer } from './containers/stop.ts'
import { waitContainer } from './containers/wait.ts'
import { containerProcesses, containerStats } from './containers/usage.ts'
import type { CredentialSource } from './credentials/sources.ts'
import { namingCalls } from './diagnostics.ts'
import type { EngineMethods } from './compose/engine-methods.ts'
import { redactingErrors } from './errors/redacting.ts'
import { engineEvents } from './events.ts'
import { execContainer } from './exec/collect.ts'
import { startExec } from './exec/start.ts'
import { loadImages, saveImages } from './images/archive.ts'
import { imageHistory } from './images/history.ts'
import { inspectImage, listImages } from './images/inspect.ts'
import { pullImage } from './images/pull.ts'
import { pushImage } from './images/push.ts'
import { removeImage, tagImage } from './images/remove.ts'
import { engineInfo } from './info.ts'
import { connectNetwork, disconnectNetwork } from './networks/connect.ts'
import { createNetwork, removeNetwork } from './networks/create.ts'
import { inspectNetwork, listNetworks } from './networks/inspect.ts'
import { pruneContainers, pruneImages, pruneNetworks, pruneVolumes } from './prune.ts'
import { createVolume, inspectVolume, listVolumes, removeVolume } from './volumes/volumes.ts'

export interface EngineAdapterOptions {
  readonly capabilities: Capabilities
  /** Builds in another way than by BuildKit. */
  readonly buildImage?: NonNullable<RuntimeAdapter['buildImage']>
  /** Refuses what an engine would drop in silence. */
  readonly beforeCreate?: (spec: ContainerSpec, options: CallOptions | undefined) => Promise<void>
  /** Where an engine's forced removal does not kill at once. Called with the full id. */
  readonly beforeForcedRemoval?: (id: string, signal: AbortSignal | undefined) => Promise<void>
  /** Sees what every inspect of a container answers, before its caller does. */
  readonly onInspect?: (json: ContainerJson) => void
  /** What compose needs besides the engine's address, and whether healthchecks need somebody who looks. */
  readonly compose?: ComposeOptions
  /** Where credentials come from that a call does not bring. */
  readonly credentials: CredentialSource
  /** Hears of processes whose callers have left, and that could not be ended. */
  readonly onCleanupFailure: OnCleanupFailure
  /** Called first when the runtime closes. */
  readonly onClose?: () => Promise<void>
}

/** How long a close waits for the killing of processes whose callers have left. */
const longestCloseMs = 5000

/** The methods of the interface over one engine; an adapter adds what its engine does in another way. */
export function engineAdapter(client: EngineClient, options: EngineAdapterOptions): RuntimeAdapter {
  const { capabilities, credentials, onInspect } = options
  const kept = new KeptExits(client)
  const background = new Background(options.onCleanupFailure)
  const removals = new Removals(options.beforeForcedRemoval)
  const methods: EngineMethods = {
    listContainers: (filter = {}, callOptions) => listContainers(client, filter, callOptions),
    inspectContainer: (id, callOptions) => inspectContainer(client, id, callOptions, onInspect),
    containerLogs: (id, callOptions) => containerLogs(client, id, callOptions),
    removeImage: (reference, callOptions) => removeImage(client, reference, callOptions),
    inspectImage: (reference, callOptions) => inspectImage(client, reference, callOptions),
    stopContainer: (id, callOptions) => stopContainer(client, id, callOptions),
    removeContainer: (id, callOptions) => removeContainer(client, removals, id, callOptions),
    removeNetwork: (id, callOptions) => removeNetwork(client, id, callOptions),
    removeVolume: (name, callOptions) => removeVolume(client, name, callOptions),
    listNetworks: (filter = {}, callOptions) => listNetworks(client, filter, callOptions),
    listVolumes: (filter = {}, callOptions) => listVolumes(client, filter, callOptions),
  }
  const compose = createCompose(client, methods, options.compose ?? { environment: {}, tendsHealth: false })
  const adapter: RuntimeAdapter = {
    backend: client.dialect.backend,
    capabilities,
    async info(callOptions = {}) {
      const [info, composeVersion] = await Promise.all([engineInfo(client, callOptions), compose.version(callOptions)])
      return { ...info, ...(composeVersion !== undefined && { composeVersion }) }
    },

    pullImage: (reference, options) => pullImage(client, credentials, reference, options),
    listImages: (filter = {}, options) => listImages(client, filter, options),
    tagImage: (reference, newReference, options) => tagImage(client, reference, newReference, options),
    pushImage: (reference, options) => pushImage(client, credentials, reference, options),
    saveImages: (references, options) => saveImages(client, references, options),
    loadImages: (archive, options) => loadImages(client, archive, options),
    buildImage: options.buildImage ?? ((spec, callOptions) => buildImage(client, credentials, spec, callOptions)),
    imageHistory: (reference, options) => imageHistory(client, reference, options),

    async createContainer(spec, callOptions) {
      await options.beforeCreate?.(spec, callOptions)
      const created = await createContainer(client, spec, callOptions)
      kept.release(created.name, created.id)
      return created
    },
    startContainer: (id, options) => startContainer(client, kept, id, options),
    killContainer: (id, options) => killContainer(client, id, options),
    waitContainer: (id, options) => waitContainer(client, kept, id, options),
    ...methods,
    execContainer: (id, spec, options) => execContainer(client, background, id, spec, options),
    startExec: (id, spec, options) => startExec(client, background, id, spec, options),
    attachContainer: (id, options) => attachContainer(client, id, options),
    restartContainer: (id, options) => restartContainer(client, kept, id, options),
    pauseContainer: (id, options) => pauseContainer(client, id, options),
    unpauseContainer: (id, options) => unpauseContainer(client, id, options),
    renameContainer: (id, newName, options) => renameContainer(client, kept, id, newName, options),
    updateContainer: (id, update, options) => updateContainer(client, id, update, options),
    containerStats: (id, options) => containerStats(client, id, options),
    containerProcesses: (id, options) => containerProcesses(client, id, options),
    copyToContainer: (id, path, archive, options) => copyToContainer(client, id, path, archive, options),
    copyFromContainer: (id, path, options) => copyFromContainer(client, id, path, options),
    statPath: (id, path, options) => statPath(client, id, path, options),
    readFile: (id, path, options) => readFile(client, id, path, options),
    writeFile: (id, path, content, options) => writeFile(client, id, path, content, options),
    ...compose.methods,

    createNetwork: (spec, options) => createNetwork(client, spec, options),
    inspectNetwork: (id, options) => inspectNetwork(client, id, options),
    connectNetwork: (network, container, options) => connectNetwork(client, network, container, options),
    disconnectNetwork: (network, container, options) => disconnectNetwork(client, network, container, options),

    createVolume: (spec = {}, options) => createVolume(client, spec, options),
    inspectVolume: (name, options) => inspectVolume(client, name, options),

    pruneContainers: (filter) => pruneContainers(client, removals, filter),
    pruneImages: (filter) => pruneImages(client, filter),
    pruneNetworks: (filter) => pruneNetworks(client, filter),
    pruneVolumes: (filter) => pruneVolumes(client, filter),
    events: (filter) => engineEvents(client, filter),

    async close() {
      await options.onClose?.()
      await background.close(longestCloseMs)
      await compose.close()
      kept.close()
      await client.close()
    },
  }
  return namingCalls(redactingErrors(adapter))
}
