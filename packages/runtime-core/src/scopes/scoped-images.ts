import type { CallOptions } from '../call-options.ts'
import { RuntimeError } from '../errors.ts'
import type { ImageDetails, RemovedImage, RemoveImageOptions } from '../images.ts'
import type { MandatoryMethods, Runtime } from '../runtime.ts'
import { canonicalName, foreignNames, isMarkerOf } from './image-names.ts'

/** The images that a scope has built, and the names that it has given to them. */
export interface BuiltImages {
  readonly scopeId: string
  readonly ids: ReadonlySet<string>
  /** In their canonical spelling. */
  readonly names: ReadonlySet<string>
}

/**
 * Removes an image of a scope with its last other name: the marker alone must not keep it. The engine removes each name without
 * `force`, so that a name that others give in the meantime keeps the image. Whatever is not the scope's is left to the engine, which
 * untags a name, and refuses an id with several names.
 */
export async function removeScopedImage(
  runtime: Runtime,
  built: BuiltImages,
  reference: string,
  options?: RemoveImageOptions,
): Promise<RemovedImage> {
  const isMarker = (name: string): boolean => isMarkerOf(built.scopeId, name)
  const names = await namesToRemove(runtime, built, reference, options)
  const { untagged, deleted } = await (names === undefined
    ? runtime.removeImage(reference, options)
    : removeNames(runtime, names.id, names.names, options))
  return { untagged: untagged.filter((name) => !isMarker(name) || name === reference), deleted }
}

/** The names that go with a reference, the markers last; `undefined`: the engine removes what the caller named. */
async function namesToRemove(
  runtime: Runtime,
  built: BuiltImages,
  reference: string,
  options: RemoveImageOptions | undefined,
): Promise<{ readonly id: string; readonly names: readonly string[] } | undefined> {
  const image = await ownImage(runtime, built, reference, options)
  if (image === undefined || isMarkerOf(built.scopeId, reference) || reference.includes('@')) return undefined
  const markers = image.tags.filter((tag) => isMarkerOf(built.scopeId, tag))
  const others = image.tags.filter((tag) => !markers.includes(tag))
  const isForeign = foreignNames(built.scopeId, image, built.names).length > 0
  const isNamed = others.some((tag) => canonicalName(tag) === canonicalName(reference))
  const removesAll = !isNamed && options?.force === true
  if (markers.length === 0 || others.length > 1 || isForeign || removesAll) return undefined
  return { id: image.id, names: [...others, ...markers] }
}

/**
 * Removes names of one image, one after the other and without `force`; the image goes with its last name. If the engine refuses
 * one, the names that were removed before it are restored.
 */
export async function removeNames(
  runtime: MandatoryMethods,
  imageId: string,
  names: readonly string[],
  { signal }: CallOptions = {},
): Promise<RemovedImage> {
  const call = signal === undefined ? {} : { signal }
  const untagged: string[] = []
  const deleted: string[] = []
  const taken: string[] = []
  for (const name of names) {
    try {
      const removed = await runtime.removeImage(name, { ...call, missing: 'ignore' })
      untagged.push(...removed.untagged)
      if (removed.untagged.length > 0) taken.push(name)
      deleted.push(...removed.deleted)
    } catch (error) {
      signal?.throwIfAborted()
      for (const lost of taken) await runtime.tagImage(imageId, lost, call).catch(() => undefined)
      throw error
    }
  }
  return { untagged, deleted }
}

/** The image, if the scope built it. References that the runtime refuses are left to the call that follows. */
export async function ownImage(
  runtime: Runtime,
  { ids }: BuiltImages,
  reference: string,
  options: CallOptions | undefined,
): Promise<ImageDetails | undefined> {
  const signal = options?.signal
  if (ids.size === 0 || signal?.aborted === true) return undefined
  try {
    const image = await runtime.inspectImage(reference, signal === undefined ? {} : { signal })
    return ids.has(image.id) ? image : undefined
  } catch (error) {
    if (RuntimeError.is(error, 'IMAGE_NOT_FOUND') || RuntimeError.is(error, 'INVALID_ARGUMENT')) return undefined
    throw error
  }
}
