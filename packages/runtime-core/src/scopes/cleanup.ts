import type { CallOptions } from '../call-options.ts'
import { RuntimeError, type ResourceKind } from '../errors.ts'
import type { MandatoryMethods } from '../runtime.ts'
import { foreignNames, isMarkerOf } from './image-names.ts'
import { scopeImageLabel, scopeLabel } from './labels.ts'
import { ImageLabels, noMemory, whyKeepContainer, whyKeepImage, whyKeepOther, type ScopeMemory } from './ownership.ts'
import { removeNames } from './scoped-images.ts'

/** What a clean-up did. */
export interface CleanupReport {
  readonly removed: readonly CleanedResource[]
  /** The resources that could not be removed, and why. */
  readonly failed: readonly (CleanedResource & { readonly error: unknown })[]
  /**
   * The resources that carry labels of the scope and were left alone, because they are not surely the scope's: containers and
   * images that inherited the labels from an image, and images to which others gave a name.
   */
  readonly kept: readonly (CleanedResource & { readonly reason: string })[]
}

export interface CleanedResource {
  readonly kind: ResourceKind
  readonly id: string
}

/** Why a resource was not removed; `gone`: it does not exist any more; `undefined`: it was removed. */
type Outcome = { readonly kept: string } | 'gone' | undefined

/**
 * Removes everything that belongs to the scope: containers first, then networks, volumes and images, which containers use.
 * Each one is inspected right before its removal, whatever the lists answered.
 */
export async function removeScope(
  runtime: MandatoryMethods,
  scopeId: string,
  memory: ScopeMemory = noMemory,
  options: CallOptions = {},
): Promise<CleanupReport> {
  const removed: CleanedResource[] = []
  const failed: (CleanedResource & { readonly error: unknown })[] = []
  const kept: (CleanedResource & { readonly reason: string })[] = []
  const removeAll = async (
    kind: ResourceKind,
    ids: readonly string[],
    remove: (id: string) => Promise<Outcome>,
  ): Promise<void> => {
    await Promise.all(
      ids.map(async (id) => {
        try {
          const outcome = await remove(id)
          if (outcome === undefined) removed.push({ kind, id })
          else if (outcome !== 'gone') kept.push({ kind, id, reason: outcome.kept })
        } catch (error) {
          options.signal?.throwIfAborted()
          if (!isMissing(error)) failed.push({ kind, id, error })
        }
      }),
    )
  }
  const filter = { labels: { [scopeLabel]: scopeId } }
  const images = new ImageLabels(runtime, options)

  const containers = await runtime.listContainers(filter, options)
  await removeAll(
    'container',
    containers.map(({ id }) => id),
    async (id) => {
      const reason = await whyKeepContainer(await runtime.inspectContainer(id, options), scopeId, memory, images)
      if (reason !== undefined) return { kept: reason }
      await runtime.removeContainer(id, { ...options, force: true, removeVolumes: true, missing: 'ignore' })
      return undefined
    },
  )
  const networks = await runtime.listNetworks(filter, options)
  await removeAll(
    'network',
    networks.map(({ id }) => id),
    async (id) => {
      const reason = whyKeepOther((await runtime.inspectNetwork(id, options)).labels, scopeId)
      if (reason !== undefined) return { kept: reason }
      await runtime.removeNetwork(id, { ...options, missing: 'ignore' })
      return undefined
    },
  )
  const volumes = await runtime.listVolumes(filter, options)
  await removeAll(
    'volume',
    volumes.map(({ name }) => name),
    async (name) => {
      const reason = whyKeepOther((await runtime.inspectVolume(name, options)).labels, scopeId)
      if (reason !== undefined) return { kept: reason }
      await runtime.removeVolume(name, { ...options, missing: 'ignore' })
      return undefined
    },
  )
  const built = await runtime.listImages({ labels: { [scopeImageLabel]: scopeId } }, options)
  await removeAll(
    'image',
    built.map(({ id }) => id),
    (id) => removeBuilt(runtime, id, scopeId, memory, options),
  )
  return { removed, failed, kept }
}

/**
 * Removes the names of the scope, without `force`; the image goes with its last name. An image to which others gave a name stays
 * under that name, also if they gave it after the inspection.
 */
async function removeBuilt(
  runtime: MandatoryMethods,
  id: string,
  scopeId: string,
  memory: ScopeMemory,
  options: CallOptions,
): Promise<Outcome> {
  const image = await runtime.inspectImage(id, options)
  const reason = whyKeepImage(image, scopeId)
  if (reason !== undefined) return { kept: reason }
  const foreign = foreignNames(scopeId, image, memory.imageNames)
  const own = image.tags.filter((tag) => !foreign.includes(tag))
  // The marker goes last: without it a later clean-up would not know the image.
  const markerLast = own.toSorted((one, other) => Number(isMarkerOf(scopeId, one)) - Number(isMarkerOf(scopeId, other)))
  const { deleted } = await removeNames(runtime, id, markerLast, options)
  if (foreign.length > 0) return { kept: namedByOthers(foreign) }
  return deleted.includes(id) ? undefined : removeUnnamed(runtime, id, options)
}

/** What the engine left of an image without the names of the scope. */
async function removeUnnamed(runtime: MandatoryMethods, id: string, options: CallOptions): Promise<Outcome> {
  try {
    const { tags } = await runtime.inspectImage(id, options)
    if (tags.length > 0) return { kept: namedByOthers(tags) }
    await runtime.removeImage(id, { ...options, missing: 'ignore' })
  } catch (error) {
    if (RuntimeError.is(error, 'IMAGE_IN_USE'))
      return { kept: 'it has no name any more, and other images are built from it' }
    if (!RuntimeError.is(error, 'IMAGE_NOT_FOUND')) throw error
  }
  return undefined
}

function namedByOthers(names: readonly string[]): string {
  return `it is named ${names.join(', ')} as well, which the scope did not do`
}

/** Another process removed it between the list and the inspection. */
function isMissing(error: unknown): boolean {
  return (['CONTAINER_NOT_FOUND', 'NETWORK_NOT_FOUND', 'VOLUME_NOT_FOUND', 'IMAGE_NOT_FOUND'] as const).some((code) =>
    RuntimeError.is(error, code),
  )
}
