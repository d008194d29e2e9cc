import type { BuildSpec } from '../build.ts'
import type { ImageDetails, RemovedImage, RemoveImageOptions } from '../images.ts'
import { randomId } from '../random-id.ts'
import type { Runtime } from '../runtime.ts'
import { canonicalName, isMarkerOf, newMarker, recordNames } from './image-names.ts'
import {
  scopeCreatedLabel,
  scopeCreationLabel,
  scopeImageCreatedLabel,
  scopeImageLabel,
  scopeImageNamesLabel,
  scopeImageOwnerLabel,
  scopeLabel,
  scopeOwnerLabel,
} from './labels.ts'
import type { ScopeMemory } from './ownership.ts'

type Labels = Readonly<Record<string, string>>

/** The runtime of a scope, and what the scope remembers of the calls to it. */
export function scopedRuntime(
  runtime: Runtime,
  scopeId: string,
  labels: Labels,
): { readonly scoped: Runtime; readonly memory: ScopeMemory } {
  const containers = new Set<string>()
  const imageNames = new Set<string>()
  const images = new Set<string>()
  const withLabels = <Spec extends { readonly labels?: Labels }>(spec: Spec, more: Labels = {}): Spec => ({
    ...spec,
    labels: { ...spec.labels, ...labels, ...more },
  })
  const ofOneCreation = (): Labels => ({ [scopeCreationLabel]: randomId() })
  const created = async <T extends { readonly id: string }>(creation: Promise<T>): Promise<T> => {
    const container = await creation
    containers.add(container.id)
    return container
  }
  const forImages = imageLabels(labels)
  const isMarker = (name: string): boolean => isMarkerOf(scopeId, name)

  const scoped = Object.freeze({
    ...runtime,
    createContainer: (spec, options) => created(runtime.createContainer(withLabels(spec, ofOneCreation()), options)),
    runContainer: (spec, options) => created(runtime.runContainer(withLabels(spec, ofOneCreation()), options)),
    createNetwork: (spec, options) => runtime.createNetwork(withLabels(spec), options),
    createVolume: (spec = {}, options) => runtime.createVolume(withLabels(spec), options),
    async buildImage(spec: BuildSpec, options) {
      const { tags = [] } = spec
      const marked = {
        ...spec,
        tags: [...tags, newMarker(scopeId)],
        labels: { ...spec.labels, ...forImages, [scopeImageNamesLabel]: recordNames(tags) },
      }
      const built = await runtime.buildImage(marked, options)
      images.add(built.id)
      return { ...built, tags: built.tags.filter((tag) => !isMarker(tag)) }
    },
    async tagImage(reference, newReference, options) {
      await runtime.tagImage(reference, newReference, options)
      if ((await ownImage(runtime, images, newReference)) !== undefined) imageNames.add(canonicalName(newReference))
    },
    removeImage: (reference, options) => removeMarked(runtime, images, isMarker, reference, options),
  } satisfies Runtime)
  return { scoped, memory: { containers, imageNames } }
}

/** Those of the scope under the keys of images: what containers inherit must not look like what is set on them. */
function imageLabels(labels: Labels): Labels {
  const { [scopeLabel]: id = '', [scopeCreatedLabel]: createdAt = '', [scopeOwnerLabel]: owner, ...rest } = labels
  return {
    ...rest,
    [scopeImageLabel]: id,
    [scopeImageCreatedLabel]: createdAt,
    ...(owner !== undefined && { [scopeImageOwnerLabel]: owner }),
  }
}

/**
 * The marker of an image must not keep it when its last other name is removed, or when it is removed by its id: then it goes with
 * all of its names, unless a container uses it.
 */
async function removeMarked(
  runtime: Runtime,
  images: ReadonlySet<string>,
  isMarker: (name: string) => boolean,
  reference: string,
  options: RemoveImageOptions = {},
): Promise<RemovedImage> {
  const image = await ownImage(runtime, images, reference)
  const others = image?.tags.filter((tag) => !isMarker(tag)) ?? []
  if (image === undefined || others.length > 1 || (others.length === 0 && isMarker(reference)))
    return runtime.removeImage(reference, options)
  const { untagged, deleted } = await runtime.removeImage(image.id, { ...options, force: true })
  return { untagged: untagged.filter((name) => !isMarker(name)), deleted }
}

/** The image, if the scope built it. A failed inspection is left to the call that follows. */
async function ownImage(
  runtime: Runtime,
  images: ReadonlySet<string>,
  reference: string,
): Promise<ImageDetails | undefined> {
  if (images.size === 0) return undefined
  const image = await runtime.inspectImage(reference).catch(() => undefined)
  return image !== undefined && images.has(image.id) ? image : undefined
}
