import type { CallOptions } from '../call-options.ts'
import { RuntimeError } from '../errors.ts'
import type { MandatoryMethods } from '../runtime.ts'
import { isMarkerOf } from './image-names.ts'
import { scopeCreationLabel, scopeImageLabel, scopeLabel } from './labels.ts'

type Labels = Readonly<Record<string, string>>

/** What a scope remembers in the process that made it; a later process knows nothing of it. */
export interface ScopeMemory {
  readonly containers: ReadonlySet<string>
  /** In their canonical spelling. */
  readonly imageNames: ReadonlySet<string>
}

export const noMemory: ScopeMemory = { containers: new Set(), imageNames: new Set() }

/** Why something is not the scope's to remove; `undefined`: it is the scope's. */
export type Reason = string | undefined

const unlabelled = 'it does not carry the labels of the scope'

/** The labels of images, each asked for once; `undefined` where the image is gone. */
export class ImageLabels {
  readonly #runtime: MandatoryMethods
  readonly #options: CallOptions
  readonly #asked = new Map<string, Promise<Labels | undefined>>()

  constructor(runtime: MandatoryMethods, options: CallOptions) {
    this.#runtime = runtime
    this.#options = options
  }

  of(imageId: string): Promise<Labels | undefined> {
    const asked = this.#asked.get(imageId) ?? this.#inspect(imageId)
    this.#asked.set(imageId, asked)
    return asked
  }

  async #inspect(imageId: string): Promise<Labels | undefined> {
    if (imageId === '') return undefined
    try {
      return (await this.#runtime.inspectImage(imageId, this.#options)).labels
    } catch (error) {
      if (RuntimeError.is(error, 'IMAGE_NOT_FOUND')) return undefined
      throw error
    }
  }
}

/**
 * A container inherits the labels of its image, including those that a commit copied from another container. It belongs to the scope
 * if it did not inherit the label: the image lacks it, or has another value for this one creation.
 */
export async function whyKeepContainer(
  { id, imageId, labels }: { readonly id: string; readonly imageId: string; readonly labels: Labels },
  scopeId: string,
  memory: ScopeMemory,
  images: ImageLabels,
): Promise<Reason> {
  if (labels[scopeLabel] !== scopeId) return unlabelled
  if (memory.containers.has(id)) return undefined
  const inherited = await images.of(imageId)
  if (inherited === undefined) return 'its image is gone, and it may have inherited the labels from there'
  if (inherited[scopeLabel] !== scopeId) return undefined
  const creation = labels[scopeCreationLabel]
  if (creation !== undefined && creation !== inherited[scopeCreationLabel]) return undefined
  return 'it inherited the labels from its image'
}

/** Networks and volumes inherit nothing. */
export function whyKeepOther(labels: Labels, scopeId: string): Reason {
  return labels[scopeLabel] === scopeId ? undefined : unlabelled
}

/** An image inherits the labels of the image that it was built from, but not its names. */
export function whyKeepImage(
  { labels, tags }: { readonly labels: Labels; readonly tags: readonly string[] },
  scopeId: string,
): Reason {
  if (labels[scopeImageLabel] !== scopeId) return unlabelled
  if (tags.some((tag) => isMarkerOf(scopeId, tag))) return undefined
  return 'it does not have a name of the scope, and may have inherited the labels from an image of the scope'
}
