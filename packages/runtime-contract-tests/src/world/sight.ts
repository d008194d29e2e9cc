import { RuntimeError, type Runtime } from '@moorage/runtime-core'

type Labels = Readonly<Record<string, string>>

export type Kind = 'container' | 'network' | 'volume' | 'image'

export const kinds: readonly Kind[] = ['container', 'network', 'volume', 'image']

/** A resource as an inspection shows it. */
export interface Sight {
  readonly kind: Kind
  /** Its id; of a volume its name. */
  readonly id: string
  readonly name: string
  readonly labels: Labels
  /** Of a container. */
  readonly status?: string
  readonly imageId?: string
  /** Of an image. */
  readonly tags?: readonly string[]
}

/**
 * The resource as the engine has it now; `undefined`: there is none. Rejects where the answer is about another resource: it would
 * show nothing of the one that is meant.
 */
export async function inspect(
  runtime: Runtime,
  kind: Kind,
  reference: string,
  signal?: AbortSignal,
): Promise<Sight | undefined> {
  const sight = await ask(runtime, kind, reference, signal)
  if (sight === undefined || isMeant(sight, reference)) return sight
  throw new Error(`an inspection of ${kind} ${reference} answered ${sight.name} (${sight.id})`)
}

/** Names of images have several spellings; their ids have one. */
function isMeant({ kind, id, name }: Sight, reference: string): boolean {
  if (kind === 'image') return !reference.startsWith('sha256:') || id === reference
  return id === reference || name === reference || (reference !== '' && id.startsWith(reference))
}

async function ask(
  runtime: Runtime,
  kind: Kind,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<Sight | undefined> {
  const options = signal === undefined ? {} : { signal }
  try {
    switch (kind) {
      case 'container': {
        const { id, name, labels, status, imageId } = await runtime.inspectContainer(reference, options)
        return { kind, id, name, labels, status, imageId }
      }
      case 'network': {
        const { id, name, labels } = await runtime.inspectNetwork(reference, options)
        return { kind, id, name, labels }
      }
      case 'volume': {
        const { name, labels } = await runtime.inspectVolume(reference, options)
        return { kind, id: name, name, labels }
      }
      case 'image': {
        const { id, labels, tags } = await runtime.inspectImage(reference, options)
        return { kind, id, name: tags[0] ?? id, labels, tags }
      }
    }
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

function isNotFound(error: unknown): boolean {
  return (['CONTAINER_NOT_FOUND', 'NETWORK_NOT_FOUND', 'VOLUME_NOT_FOUND', 'IMAGE_NOT_FOUND'] as const).some((code) =>
    RuntimeError.is(error, code),
  )
}

/** One row of a list. */
export interface Row {
  readonly kind: Kind
  readonly id: string
  readonly name: string
  readonly labels: Labels
}

/** All that a list answers to a filter by labels. */
export async function list(
  runtime: Runtime,
  kind: Kind,
  filter: { readonly labels?: Labels; readonly labelKeys?: readonly string[] },
  signal?: AbortSignal,
): Promise<readonly Row[]> {
  const options = signal === undefined ? {} : { signal }
  switch (kind) {
    case 'container':
      return (await runtime.listContainers(filter, options)).map((row) => ({ ...row, kind }))
    case 'network':
      return (await runtime.listNetworks(filter, options)).map((row) => ({ ...row, kind }))
    case 'volume':
      return (await runtime.listVolumes(filter, options)).map((row) => ({ ...row, kind, id: row.name }))
    case 'image':
      return (await runtime.listImages(filter, options)).map((row) => ({ ...row, kind, name: row.tags[0] ?? row.id }))
  }
}

/** Removes a resource whose inspection the caller has seen. */
export async function remove(runtime: Runtime, { kind, id }: Sight, signal?: AbortSignal): Promise<void> {
  const options = signal === undefined ? {} : { signal }
  switch (kind) {
    case 'container':
      return runtime.removeContainer(id, { ...options, force: true, removeVolumes: true, missing: 'ignore' })
    case 'network':
      return runtime.removeNetwork(id, options)
    case 'volume':
      return runtime.removeVolume(id, options)
    case 'image':
      await runtime.removeImage(id, { ...options, force: true })
  }
}
