import type { Capabilities, RuntimeAdapter } from '@moorage/runtime-core'
import type { EngineClient } from './client/client.ts'
import { createContainer } from './containers/create.ts'
import { inspectContainer } from './containers/inspect.ts'
import { KeptExits } from './containers/kept-exits.ts'
import { listContainers } from './containers/list.ts'
import { containerLogs } from './containers/logs.ts'
import { removeContainer } from './containers/remove.ts'
import { startContainer } from './containers/start.ts'
import { killContainer, stopContainer } from './containers/stop.ts'
import { waitContainer } from './containers/wait.ts'
import { execContainer } from './exec/collect.ts'
import { inspectImage, listImages } from './images/inspect.ts'
import { pullImage } from './images/pull.ts'
import { removeImage, tagImage } from './images/remove.ts'
import { engineInfo } from './info.ts'
import { createNetwork, removeNetwork } from './networks/create.ts'
import { inspectNetwork, listNetworks } from './networks/inspect.ts'
import { createVolume, inspectVolume, listVolumes, removeVolume } from './volumes/volumes.ts'

/** The methods of the interface over one engine; an adapter adds what its engine does in another way. */
export function engineAdapter(client: EngineClient, capabilities: Capabilities): RuntimeAdapter {
  const kept = new KeptExits(client)
  return {
    backend: client.dialect.backend,
    capabilities,
    info: (options) => engineInfo(client, options),

    pullImage: (reference, options) => pullImage(client, reference, options),
    inspectImage: (reference, options) => inspectImage(client, reference, options),
    listImages: (filter = {}, options) => listImages(client, filter, options),
    tagImage: (reference, newReference, options) => tagImage(client, reference, newReference, options),
    removeImage: (reference, options) => removeImage(client, reference, options),

    createContainer: (spec, options) => createContainer(client, spec, options),
    startContainer: (id, options) => startContainer(client, kept, id, options),
    stopContainer: (id, options) => stopContainer(client, id, options),
    killContainer: (id, options) => killContainer(client, id, options),
    waitContainer: (id, options) => waitContainer(client, kept, id, options),
    removeContainer: (id, options) => removeContainer(client, id, options),
    inspectContainer: (id, options) => inspectContainer(client, id, options),
    listContainers: (filter = {}, options) => listContainers(client, filter, options),
    execContainer: (id, spec, options) => execContainer(client, id, spec, options),
    containerLogs: (id, options) => containerLogs(client, id, options),

    createNetwork: (spec, options) => createNetwork(client, spec, options),
    removeNetwork: (id, options) => removeNetwork(client, id, options),
    inspectNetwork: (id, options) => inspectNetwork(client, id, options),
    listNetworks: (filter = {}, options) => listNetworks(client, filter, options),

    createVolume: (spec = {}, options) => createVolume(client, spec, options),
    removeVolume: (name, options) => removeVolume(client, name, options),
    inspectVolume: (name, options) => inspectVolume(client, name, options),
    listVolumes: (filter = {}, options) => listVolumes(client, filter, options),

    async close() {
      kept.close()
      await client.close()
    },
  }
}
