import type { CallOptions } from '../call-options.ts'
import type { ResourceKind } from '../errors.ts'
import type { MandatoryMethods } from '../runtime.ts'

/** What a clean-up did. */
export interface CleanupReport {
  readonly removed: readonly CleanedResource[]
  /** What could not be removed, and why. */
  readonly failed: readonly (CleanedResource & { readonly error: unknown })[]
}

export interface CleanedResource {
  readonly kind: ResourceKind
  readonly id: string
}

/** Removes all that has the labels: containers first, then networks, volumes and images, of which they may be the users. */
export async function removeLabelled(
  runtime: MandatoryMethods,
  labels: Readonly<Record<string, string>>,
  options: CallOptions = {},
): Promise<CleanupReport> {
  const removed: CleanedResource[] = []
  const failed: (CleanedResource & { readonly error: unknown })[] = []
  const removeAll = async (
    kind: ResourceKind,
    ids: readonly string[],
    remove: (id: string) => Promise<unknown>,
  ): Promise<void> => {
    await Promise.all(
      ids.map(async (id) => {
        try {
          await remove(id)
          removed.push({ kind, id })
        } catch (error) {
          options.signal?.throwIfAborted()
          failed.push({ kind, id, error })
        }
      }),
    )
  }
  const containers = await runtime.listContainers({ labels }, options)
  await removeAll(
    'container',
    containers.map(({ id }) => id),
    (id) => runtime.removeContainer(id, { ...options, force: true, removeVolumes: true, missing: 'ignore' }),
  )
  const networks = await runtime.listNetworks({ labels }, options)
  await removeAll(
    'network',
    networks.map(({ id }) => id),
    (id) => runtime.removeNetwork(id, { ...options, missing: 'ignore' }),
  )
  const volumes = await runtime.listVolumes({ labels }, options)
  await removeAll(
    'volume',
    volumes.map(({ name }) => name),
    (name) => runtime.removeVolume(name, { ...options, missing: 'ignore' }),
  )
  const images = await runtime.listImages({ labels }, options)
  await removeAll(
    'image',
    images.map(({ id }) => id),
    (id) => runtime.removeImage(id, { ...options, force: true, missing: 'ignore' }),
  )
  return { removed, failed }
}
