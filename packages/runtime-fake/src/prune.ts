import { RuntimeError, type PruneFilter, type PruneResult, type RuntimeErrorCode } from '@moorage/runtime-core'
import { listContainers } from './containers/inspect.ts'
import { removeContainer } from './containers/remove.ts'
import type { FakeEngine } from './engine/engine.ts'
import { listImages } from './images/inspect.ts'
import { removeImage } from './images/remove.ts'
import { listNetworks } from './networks/inspect.ts'
import { removeNetwork } from './networks/create.ts'
import { listVolumes, removeVolume } from './volumes/volumes.ts'

const inUse: readonly RuntimeErrorCode[] = ['NETWORK_IN_USE', 'VOLUME_IN_USE', 'IMAGE_IN_USE', 'CONTAINER_IS_RUNNING']

/** Removes one after the other; what is in use stays. */
async function prune(ids: readonly string[], remove: (id: string) => unknown): Promise<PruneResult> {
  const removed: string[] = []
  for (const id of ids) {
    try {
      await remove(id)
      removed.push(id)
    } catch (error) {
      if (!inUse.some((code) => RuntimeError.is(error, code))) throw error
    }
  }
  return { removed, reclaimedBytes: 0 }
}

/** Those that do not run. */
export function pruneContainers(engine: FakeEngine, { labels }: PruneFilter): Promise<PruneResult> {
  const found = listContainers(engine, { labels, status: ['created', 'exited', 'dead'] })
  const ids = found.map(({ id }) => id)
  return prune(ids, (id) => removeContainer(engine, id, { missing: 'ignore', removeVolumes: true }))
}

/** Those that no container uses, with or without a tag. */
export async function pruneImages(engine: FakeEngine, { labels }: PruneFilter): Promise<PruneResult> {
  const found = listImages(engine, { labels })
  const ids = found.map(({ id }) => id)
  const { removed } = await prune(ids, (id) => removeImage(engine, id, { force: true }))
  const gone = found.filter(({ id }) => removed.includes(id))
  return { removed, reclaimedBytes: gone.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) }
}

/** Those that no running container is attached to. */
export function pruneNetworks(engine: FakeEngine, { labels }: PruneFilter): Promise<PruneResult> {
  const ids = listNetworks(engine, { labels }).map(({ id }) => id)
  return prune(ids, (id) => removeNetwork(engine, id))
}

/** Those that no container uses. */
export function pruneVolumes(engine: FakeEngine, { labels }: PruneFilter): Promise<PruneResult> {
  const names = listVolumes(engine, { labels }).map(({ name }) => name)
  return prune(names, (name) => removeVolume(engine, name))
}
