import type { BuildSpec } from '../build.ts'
import { isPlainObject } from '../guard/checks.ts'
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
import { ownImage, removeScopedImage } from './scoped-images.ts'

type Labels = Readonly<Record<string, string>>

/** The creating methods of scoped runtimes: an object that has one of them is scoped, also when it is a copy. */
const scopedMethods = new WeakSet<object>()

/** Whether a runtime is the runtime of a scope. */
export function isScoped({ createContainer }: Runtime): boolean {
  return scopedMethods.has(createContainer)
}

/** The runtime of a scope, and what the scope remembers of the calls to it. */
export function scopedRuntime(
  runtime: Runtime,
  scopeId: string,
  labels: Labels,
): { readonly scoped: Runtime; readonly memory: ScopeMemory } {
  const containers = new Set<string>()
  const imageNames = new Set<string>()
  const images = new Set<string>()
  const built = { scopeId, ids: images, names: imageNames }
  const withLabels = <Spec extends { readonly labels?: Labels }>(spec: Spec, more: Labels = {}): Spec =>
    isLabelled(spec) ? { ...spec, labels: { ...spec.labels, ...labels, ...more } } : spec
  const ofOneCreation = (): Labels => ({ [scopeCreationLabel]: randomId() })
  const created = async <T extends { readonly id: string }>(creation: Promise<T>): Promise<T> => {
    const container = await creation
    containers.add(container.id)
    return container
  }
  const forImages = imageLabels(labels)

  const scoped = Object.freeze({
    ...runtime,
    createContainer: async (spec, options) =>
      created(runtime.createContainer(withLabels(spec, ofOneCreation()), options)),
    runContainer: async (spec, options) => created(runtime.runContainer(withLabels(spec, ofOneCreation()), options)),
    createNetwork: async (spec, options) => runtime.createNetwork(withLabels(spec), options),
    createVolume: async (spec = {}, options) => runtime.createVolume(withLabels(spec), options),
    async buildImage(spec: BuildSpec, options) {
      if (!isLabelled(spec) || !areTags(spec.tags)) return runtime.buildImage(spec, options)
      const { tags = [] } = spec
      const marked = {
        ...spec,
        tags: [...tags, newMarker(scopeId)],
        labels: { ...spec.labels, ...forImages, [scopeImageNamesLabel]: recordNames(tags) },
      }
      const image = await runtime.buildImage(marked, options)
      images.add(image.id)
      return { ...image, tags: image.tags.filter((tag) => !isMarkerOf(scopeId, tag)) }
    },
    async tagImage(reference, newReference, options) {
      const image = await ownImage(runtime, built, reference, options)
      await runtime.tagImage(reference, newReference, options)
      if (image !== undefined) imageNames.add(canonicalName(newReference))
    },
    removeImage: (reference, options) => removeScopedImage(runtime, built, reference, options),
  } satisfies Runtime)
  scopedMethods.add(scoped.createContainer)
  return { scoped, memory: { containers, imageNames } }
}

/** Whether labels can be added to a spec. The guard of the runtime refuses every other one, as it was passed. */
function isLabelled(spec: { readonly labels?: Labels }): boolean {
  return isPlainObject(spec) && (spec.labels === undefined || isPlainObject(spec.labels))
}

/** Whether a name can be added to the names of a build; the same holds for others. */
function areTags(tags: unknown): boolean {
  return tags === undefined || (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string'))
}

/** The labels of the scope for images, under keys of their own: a container that inherits them must not look like one of the scope. */
function imageLabels(labels: Labels): Labels {
  const { [scopeLabel]: id = '', [scopeCreatedLabel]: createdAt = '', [scopeOwnerLabel]: owner, ...rest } = labels
  return {
    ...rest,
    [scopeImageLabel]: id,
    [scopeImageCreatedLabel]: createdAt,
    ...(owner !== undefined && { [scopeImageOwnerLabel]: owner }),
  }
}
