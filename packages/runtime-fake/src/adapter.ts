import { defineCapabilities, type Capabilities, type RuntimeAdapter } from '@moorage/runtime-core'
import { buildImage } from './builds/build.ts'
import { readFile, statPath, writeFile } from './archives/files.ts'
import { copyFromContainer, copyToContainer } from './archives/transfer.ts'
import { attachContainer } from './containers/attach.ts'
import {
  pauseContainer,
  renameContainer,
  restartContainer,
  unpauseContainer,
  updateContainer,
} from './containers/change.ts'
import { createContainer } from './containers/create.ts'
import { inspectContainer, listContainers } from './containers/inspect.ts'
import { needContainer } from './engine/lookup.ts'
import { KeptExits } from './containers/kept-exits.ts'
import { containerLogs } from './containers/logs.ts'
import { removeContainer } from './containers/remove.ts'
import { startContainer } from './containers/start.ts'
import { killContainer, stopContainer } from './containers/stop.ts'
import { containerProcesses, containerStats } from './containers/usage.ts'
import { waitContainer } from './containers/wait.ts'
import type { FakeEngine } from './engine/engine.ts'
import { engineEvents } from './events.ts'
import { execContainer } from './exec/collect.ts'
import { startExec } from './exec/start.ts'
import { inspectImage, listImages } from './images/inspect.ts'
import { imageHistory, loadImages, saveImages } from './images/archives.ts'
import { pullImage, pushImage } from './images/pull.ts'
import { removeImage, tagImage } from './images/remove.ts'
import { engineInfo } from './info.ts'
import { connectNetwork, disconnectNetwork } from './networks/connect.ts'
import { createNetwork, removeNetwork } from './networks/create.ts'
import { inspectNetwork, listNetworks } from './networks/inspect.ts'
import { pruneContainers, pruneImages, pruneNetworks, pruneVolumes } from './prune.ts'
import { createVolume, inspectVolume, listVolumes, removeVolume } from './volumes/volumes.ts'

/** What the fake can do. */
export const fakeCapabilities: Capabilities = defineCapabilities({
  build: true,
  buildSecrets: true,
  buildSsh: true,
  incrementalBuildContext: true,
  pushImage: true,
  interactiveStreams: true,
  restart: true,
  pause: true,
  rename: true,
  update: true,
  stats: true,
  archives: true,
  imageArchives: true,
  imageHistory: true,
  networkConnect: true,
  prune: true,
  events: true,
  resourceLimits: true,
  restartPolicies: true,
  namespaceSharing: true,
  hostDevices: true,
  healthchecks: true,
  networkDns: true,
  sharedVolumes: true,
})

/** The methods of the interface over the engine in memory. */
export function fakeAdapter(
  engine: FakeEngine,
  options: { readonly capabilities: Capabilities; readonly onClose: () => void },
): RuntimeAdapter {
  const kept = new KeptExits()
  return {
    backend: 'fake',
    capabilities: options.capabilities,
    info: async () => engineInfo(engine),

    pullImage: (reference, options) => pullImage(engine, reference, options),
    inspectImage: async (reference) => inspectImage(engine, reference),
    listImages: async (filter = {}) => listImages(engine, filter),
    saveImages: (references, options) => saveImages(engine, references, options),
    loadImages: (archive) => loadImages(engine, archive),
    imageHistory: async (reference) => imageHistory(engine, reference),
    tagImage: async (reference, newReference) => tagImage(engine, reference, newReference),
    removeImage: async (reference, options) => removeImage(engine, reference, options),
    buildImage: (spec, options) => buildImage(engine, spec, options),
    pushImage: (reference, options) => pushImage(engine, reference, options),

    createContainer: async (spec) => {
      const created = createContainer(engine, spec)
      kept.hold(needContainer(engine, 'createContainer', created.id))
      return created
    },
    startContainer: async (id) => startContainer(engine, kept, id),
    stopContainer: (id, options) => stopContainer(engine, id, options),
    killContainer: (id, options) => killContainer(engine, id, options),
    waitContainer: (id, options) => waitContainer(engine, kept, id, options),
    removeContainer: (id, options) => removeContainer(engine, id, options),
    inspectContainer: async (id) => inspectContainer(engine, id),
    listContainers: async (filter = {}) => listContainers(engine, filter),
    execContainer: (id, spec, options) => execContainer(engine, id, spec, options),
    startExec: async (id, spec, options) => startExec(engine, id, spec, options),
    attachContainer: async (id, options) => attachContainer(engine, id, options),
    restartContainer: (id, options) => restartContainer(engine, kept, id, options),
    pauseContainer: async (id) => pauseContainer(engine, id),
    unpauseContainer: async (id) => unpauseContainer(engine, id),
    renameContainer: async (id, newName) => {
      renameContainer(engine, id, newName)
      kept.hold(needContainer(engine, 'renameContainer', newName))
    },
    updateContainer: async (id, update) => updateContainer(engine, id, update),
    containerStats: (id, options) => containerStats(engine, id, options),
    containerProcesses: async (id) => containerProcesses(engine, id),
    copyToContainer: (id, path, archive, options) => copyToContainer(engine, id, path, archive, options),
    copyFromContainer: (id, path) => copyFromContainer(engine, id, path),
    statPath: async (id, path) => statPath(engine, id, path),
    readFile: async (id, path, options) => readFile(engine, id, path, options),
    writeFile: (id, path, content, options) => writeFile(engine, id, path, content, options),
    containerLogs: (id, options) => containerLogs(engine, id, options),

    createNetwork: async (spec) => createNetwork(engine, spec),
    removeNetwork: async (id, options) => removeNetwork(engine, id, options),
    inspectNetwork: async (id) => inspectNetwork(engine, id),
    listNetworks: async (filter = {}) => listNetworks(engine, filter),
    connectNetwork: async (network, container, options) => connectNetwork(engine, network, container, options),
    disconnectNetwork: async (network, container) => disconnectNetwork(engine, network, container),

    createVolume: async (spec = {}) => createVolume(engine, spec),
    removeVolume: async (name, options) => removeVolume(engine, name, options),
    inspectVolume: async (name) => inspectVolume(engine, name),
    listVolumes: async (filter = {}) => listVolumes(engine, filter),

    pruneContainers: (filter) => pruneContainers(engine, filter),
    pruneImages: (filter) => pruneImages(engine, filter),
    pruneNetworks: (filter) => pruneNetworks(engine, filter),
    pruneVolumes: (filter) => pruneVolumes(engine, filter),
    events: (filter) => engineEvents(engine, filter),

    async close() {
      kept.close()
      options.onClose()
    },
  }
}
