import {
  formatImageReference,
  isImageId,
  parseImageReference,
  type RemovedImage,
  type RemoveImageOptions,
} from '@moorage/runtime-core'
import { withTag, type FakeEngine } from '../engine/engine.ts'
import { fail, needImage } from '../engine/lookup.ts'
import type { ImageRecord } from '../engine/records.ts'

export function tagImage(engine: FakeEngine, reference: string, newReference: string): void {
  const image = needImage(engine, 'tagImage', reference)
  const { digest: _digest, ...named } = parseImageReference(newReference) ?? { repository: newReference }
  const tag = formatImageReference(named)
  engine.tagImage(image, tag)
  engine.events.add('image', 'tag', image.id, { ...image.spec.labels, name: withTag(tag) })
}

/** A tag that is not the last is only untagged; one named by its id goes with all its tags, if `force` says so. */
export function removeImage(
  engine: FakeEngine,
  reference: string,
  { force = false, missing = 'ignore' }: RemoveImageOptions = {},
): RemovedImage {
  const image = engine.findImage(reference)
  if (image === undefined) {
    if (missing === 'error') needImage(engine, 'removeImage', reference)
    return { untagged: [], deleted: [] }
  }
  if (image.digests.has(reference) && image.tags.size > 0) {
    image.digests.delete(reference)
    return { untagged: [reference], deleted: [] }
  }
  const tag = withTag(reference)
  const untagged = image.tags.has(tag) && !isImageId(reference) ? [tag] : [...image.tags]
  if (untagged.length > 1 && !force) {
    throw inUse(reference, `it is tagged as ${untagged.join(', ')}. Remove those, or pass \`force\`.`)
  }
  const isLast = untagged.length === image.tags.size
  const user = [...engine.containers.values()].find((container) => container.image === image)
  if (isLast && user !== undefined) {
    throw inUse(reference, `container ${user.name} (${user.id}) uses it. Remove the container first.`)
  }
  for (const name of untagged) untag(engine, image, name)
  if (!isLast) return { untagged, deleted: [] }
  engine.images.delete(image.id)
  engine.events.add('image', 'delete', image.id, { ...image.spec.labels, name: image.id })
  return { untagged, deleted: [image.id] }
}

function untag(engine: FakeEngine, image: ImageRecord, tag: string): void {
  image.tags.delete(tag)
  engine.events.add('image', 'untag', image.id, { ...image.spec.labels, name: tag })
}

function inUse(id: string, text: string): Error {
  return fail({ operation: 'removeImage', kind: 'image', id }, 'IMAGE_IN_USE', text, {})
}
