import {
  matchesLabels,
  parseImageReference,
  type ImageDetails,
  type ImageFilter,
  type ImageSummary,
} from '@moorage/runtime-core'
import { withTag, type FakeEngine } from '../engine/engine.ts'
import { imageFiles, sizeOf } from '../engine/image-files.ts'
import { needImage } from '../engine/lookup.ts'
import type { ImageRecord } from '../engine/records.ts'

export function inspectImage(engine: FakeEngine, reference: string): ImageDetails {
  const image = needImage(engine, 'inspectImage', reference)
  const { spec } = image
  const [operatingSystem = '', architecture = '', variant] = platformOf(image).split('/')
  return {
    ...summary(image),
    operatingSystem,
    architecture,
    ...(variant !== undefined && { variant }),
    command: spec.command ?? [],
    entrypoint: spec.entrypoint ?? [],
    env: spec.env ?? {},
    user: spec.user ?? '',
    workingDirectory: spec.workingDirectory ?? '',
    exposedPorts: spec.exposedPorts ?? [],
    ...(spec.healthcheck && { healthcheck: spec.healthcheck }),
    ...(spec.stopSignal !== undefined && { stopSignal: spec.stopSignal }),
  }
}

/** The platform that an image is for. */
export function platformOf({ spec }: ImageRecord): string {
  return spec.platform ?? 'linux/amd64'
}

export function listImages(engine: FakeEngine, filter: ImageFilter): readonly ImageSummary[] {
  return [...engine.images.values()]
    .map(summary)
    .filter((image) => matches(image, filter))
    .toSorted((one, other) => (one.createdAt < other.createdAt ? 1 : -1))
}

function summary({ id, spec, tags, digests, createdAt }: ImageRecord): ImageSummary {
  const sizeBytes = sizeOf(imageFiles(spec))
  return { id, tags: [...tags], digests: [...digests], createdAt, sizeBytes, labels: spec.labels ?? {} }
}

function matches(image: ImageSummary, { reference, dangling, ...labels }: ImageFilter): boolean {
  return (
    (dangling === undefined || dangling === (image.tags.length === 0)) &&
    (reference === undefined || isNamed(image, reference)) &&
    matchesLabels(image.labels, labels)
  )
}

/** Without a tag it matches every tag of the repository; an id matches its image. */
function isNamed({ id, tags, digests }: ImageSummary, reference: string): boolean {
  if (id === reference || id.startsWith(`sha256:${reference}`)) return true
  const { tag, digest } = parseImageReference(reference) ?? {}
  if (digest !== undefined) return digests.includes(reference)
  if (tag !== undefined) return tags.includes(withTag(reference))
  return tags.some((known) => known.slice(0, known.lastIndexOf(':')) === reference)
}
