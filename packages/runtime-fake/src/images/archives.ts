import { tarOfEntries, type WrittenEntry } from '@moorage/build-context'
import {
  createStream,
  invalidArgument,
  type ImageHistoryEntry,
  type RuntimeStream,
  type SaveImagesOptions,
} from '@moorage/runtime-core'
import { unpacked } from '../archives/tar.ts'
import type { FakeEngine } from '../engine/engine.ts'
import { imageFiles, sizeOf } from '../engine/image-files.ts'
import { fail, needImage } from '../engine/lookup.ts'
import type { ImageContent, ImageRecord } from '../engine/records.ts'
import { platformOf } from './inspect.ts'

/**
 * What archives of this process stand for: programs are functions, and do not go into an archive. So one is good for
 * every fake of the process that has made it.
 */
const saved = new Map<string, ImageContent>()

/** `manifest.json` of an archive, as `docker save` writes it. */
interface ManifestEntry {
  readonly Config: string
  readonly RepoTags: readonly string[]
}

export function saveImages(
  engine: FakeEngine,
  references: readonly string[],
  { platform }: SaveImagesOptions = {},
): RuntimeStream<Uint8Array> {
  return createStream(async () => {
    const images = references.map((reference) => {
      const image = needImage(engine, 'saveImages', reference)
      if (platform === undefined || platform === platformOf(image)) return image
      const call = { operation: 'saveImages', kind: 'image', id: reference } as const
      throw fail(call, 'IMAGE_NOT_FOUND', `it is not for ${platform}, but for ${platformOf(image)}.`, {})
    })
    const archive = tarOfEntries([{ entry: manifestEntry, content: manifestOf(images, references) }])
    return {
      async pull() {
        return archive.next()
      },
      async release() {
        await archive.return(undefined)
      },
    }
  })
}

const manifestEntry: WrittenEntry = { name: 'manifest.json', type: 'file', mode: 0o644 }

function manifestOf(images: readonly ImageRecord[], references: readonly string[]): Uint8Array {
  const manifest = new Map<string, string[]>()
  images.forEach(({ id, spec, tags }, index) => {
    saved.set(id, spec)
    const asked = references[index] ?? ''
    const known = manifest.get(id) ?? []
    manifest.set(id, tags.has(asked) ? [...known, asked] : known)
  })
  const rows = [...manifest].map(([id, tags]): ManifestEntry => ({ Config: id, RepoTags: tags }))
  return new TextEncoder().encode(JSON.stringify(rows))
}

export async function loadImages(engine: FakeEngine, archive: AsyncIterable<Uint8Array>): Promise<readonly string[]> {
  let rows: readonly ManifestEntry[] = []
  for (const { entry, content } of await unpacked('loadImages', archive)) {
    if (entry.name === manifestEntry.name) rows = manifestRows(content)
  }
  if (rows.length === 0) throw invalidArgument('loadImages', 'archive', 'an archive of images')
  return rows.flatMap(({ Config: id, RepoTags: tags }) => {
    const spec = saved.get(id)
    if (spec === undefined) throw invalidArgument('loadImages', 'archive', 'one that a fake of this process has made')
    const image = engine.images.get(id) ?? engine.addImage(undefined, spec, id)
    for (const tag of tags) engine.tagImage(image, tag)
    engine.events.add('image', 'load', image.id, { ...spec.labels, name: tags[0] ?? id })
    return tags.length === 0 ? [id] : tags
  })
}

/** None where the manifest is none. */
function manifestRows(content: Uint8Array): readonly ManifestEntry[] {
  let rows: unknown
  try {
    rows = JSON.parse(new TextDecoder().decode(content))
  } catch {
    return []
  }
  return Array.isArray(rows) && rows.every(isManifestEntry) ? rows : []
}

function isManifestEntry(row: unknown): row is ManifestEntry {
  return typeof row === 'object' && row !== null && 'Config' in row && 'RepoTags' in row && Array.isArray(row.RepoTags)
}

/** An image that was not built here was made in one step. */
export function imageHistory(engine: FakeEngine, reference: string): readonly ImageHistoryEntry[] {
  const { id, createdAt, spec } = needImage(engine, 'imageHistory', reference)
  const steps = spec.history ?? [{ createdBy: 'fake', sizeBytes: sizeOf(imageFiles(spec)) }]
  return steps
    .map((step, index) => ({ ...(index === steps.length - 1 && { id }), createdAt, comment: '', ...step }))
    .toReversed()
}
