import { RuntimeError, type PruneFilter, type PruneResult } from '@moorage/runtime-core'
import type { EngineClient } from './client/client.ts'
import { perform } from './errors/failure.ts'
import { listContainers } from './containers/list.ts'
import type { Removals } from './containers/removals.ts'
import { removeContainer } from './containers/remove.ts'
import { listNetworks } from './networks/inspect.ts'
import { removeNetwork } from './networks/create.ts'
import { listVolumes, removeVolume } from './volumes/volumes.ts'
import { listImages } from './images/inspect.ts'
import { removeImage } from './images/remove.ts'

/**
 * Prunes are lists and removals of ours, not the engine's own prune: engines take an empty label value for any value,
 * leave out named volumes or tagged images by their version, and one of them has removed what others use.
 */
async function prune<T>(
  items: readonly T[],
  remove: (item: T) => Promise<string | undefined>,
): Promise<readonly string[]> {
  const removed: string[] = []
  for (const item of items) {
    const id = await remove(item)
    if (id !== undefined) removed.push(id)
  }
  return removed
}

/** What is in use stays. */
async function unlessInUse(id: string, remove: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await remove()
    return id
  } catch (error) {
    const inUse = ['NETWORK_IN_USE', 'VOLUME_IN_USE', 'IMAGE_IN_USE', 'CONTAINER_IS_RUNNING'] as const
    if (inUse.some((code) => RuntimeError.is(error, code))) return undefined
    throw error
  }
}

/** Those that do not run. */
export async function pruneContainers(
  client: EngineClient,
  removals: Removals,
  { labels, signal }: PruneFilter,
): Promise<PruneResult> {
  const options = signal === undefined ? {} : { signal }
  const found = await listContainers(client, { labels, status: ['created', 'exited', 'dead'] }, options)
  const removed = await prune(found, ({ id }) =>
    unlessInUse(id, () =>
      removeContainer(client, removals, id, { ...options, missing: 'ignore', removeVolumes: true }),
    ),
  )
  return { removed, reclaimedBytes: 0 }
}

/** Those that no container uses, with or without a tag. */
export async function pruneImages(client: EngineClient, { labels, signal }: PruneFilter): Promise<PruneResult> {
  const options = signal === undefined ? {} : { signal }
  const found = await listImages(client, { labels }, options)
  const removed = await prune(found, ({ id }) =>
    unlessInUse(id, () => removeImage(client, id, { ...options, force: true })),
  )
  const reclaimedBytes = found
    .filter(({ id }) => removed.includes(id))
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return { removed, reclaimedBytes }
}

/** Those that no running container is attached to. */
export async function pruneNetworks(client: EngineClient, { labels, signal }: PruneFilter): Promise<PruneResult> {
  const options = signal === undefined ? {} : { signal }
  const found = await listNetworks(client, { labels }, options)
  const removed = await prune(found, ({ id }) => unlessInUse(id, () => removeNetwork(client, id, options)))
  return { removed, reclaimedBytes: 0 }
}

/** Those that no container uses. */
export async function pruneVolumes(client: EngineClient, { labels, signal }: PruneFilter): Promise<PruneResult> {
  const options = signal === undefined ? {} : { signal }
  const found = await listVolumes(client, { labels }, options)
  const sizes = await volumeSizes(client, signal)
  const removed = await prune(found, ({ name }) => unlessInUse(name, () => removeVolume(client, name, options)))
  return { removed, reclaimedBytes: removed.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0) }
}

/** `GET /system/df`, the only place where the engine tells how large a volume is. */
async function volumeSizes(
  client: EngineClient,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, number>> {
  return perform({ client, operation: 'pruneVolumes' }, {}, async () => {
    const query = { type: 'volume' }
    const answer = await client.json({ path: '/system/df', query, ...(signal && { signal }) })
    const { Volumes: volumes } = answer as {
      readonly Volumes?:
        | readonly { readonly Name: string; readonly UsageData?: { readonly Size?: number } | null }[]
        | null
    }
    return new Map((volumes ?? []).map(({ Name, UsageData }) => [Name, Math.max(0, UsageData?.Size ?? 0)]))
  })
}
