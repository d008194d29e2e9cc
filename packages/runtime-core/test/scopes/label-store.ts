import { matchesLabels, RuntimeError, type RuntimeAdapter, type RuntimeErrorCode } from '@moorage/runtime-core'
import { record } from '../recording-adapter.ts'

export type Labels = Readonly<Record<string, string>>

type Kind = 'container' | 'network' | 'volume' | 'image'

interface Entry {
  readonly kind: Kind
  readonly labels: Labels
  /** Of a container: its image, whose labels it inherited when it was made. */
  readonly image: string
  readonly tags: string[]
}

interface Filter {
  readonly labels?: Labels
  readonly labelKeys?: readonly string[]
}

const missingCodes = {
  container: 'CONTAINER_NOT_FOUND',
  network: 'NETWORK_NOT_FOUND',
  volume: 'VOLUME_NOT_FOUND',
  image: 'IMAGE_NOT_FOUND',
} as const satisfies Record<Kind, RuntimeErrorCode>

/** An engine that keeps labels, names of images and order, and nothing else. */
export function labelStore({ ignoresFilters = false } = {}) {
  const kept = new Map<string, Entry>()
  const removed: string[] = []
  const stuck = new Set<string>()
  const calls: string[] = []
  const hooks: { onInspectImage?: () => Promise<void> } = {}
  kept.set('image base', { kind: 'image', labels: {}, image: '', tags: ['base:1'] })

  const make = (
    kind: Kind,
    name: string,
    labels: Labels = {},
    { image = 'base', tags = [] as string[] } = {},
  ): void => {
    const inherited = kind === 'container' || kind === 'image' ? (kept.get(`image ${image}`)?.labels ?? {}) : {}
    kept.set(`${kind} ${name}`, { kind, labels: { ...inherited, ...labels }, image, tags: [...tags] })
  }
  const row = (key: string, { kind, labels, image, tags }: Entry) => {
    const name = key.slice(kind.length + 1)
    return { id: name, name, labels, imageId: image, tags: [...tags] }
  }
  const list = (kind: Kind, filter: Filter) =>
    [...kept]
      .filter(([, entry]) => entry.kind === kind && (ignoresFilters || matchesLabels(entry.labels, filter)))
      .map(([key, entry]) => row(key, entry))
  const inspect = async (kind: Kind, name: string) => {
    const key = `${kind} ${name}`
    const entry = kept.get(key)
    if (entry !== undefined) return row(key, entry)
    throw new RuntimeError(missingCodes[kind], {
      message: 'There is none.',
      operation: 'inspect',
      details: {} as never,
    })
  }
  const remove = async (kind: Kind, name: string): Promise<void> => {
    if (stuck.has(name)) throw new Error(`${name} is stuck`)
    kept.delete(`${kind} ${name}`)
    removed.push(`${kind} ${name}`)
  }
  const findImage = (reference: string): readonly [string, Entry] | undefined =>
    [...kept].find(
      ([key, { kind, tags }]) => kind === 'image' && (tags.includes(reference) || key === `image ${reference}`),
    )
  const untagOrRemove = async (reference: string, { force = false } = {}): Promise<object> => {
    const [key = '', { tags } = { tags: [] as string[] }] = findImage(reference) ?? []
    if (key === '') return { untagged: [], deleted: [] }
    const id = key.slice('image '.length)
    const isName = tags.includes(reference)
    if (tags.length > 1 && isName) return { untagged: tags.splice(tags.indexOf(reference), 1), deleted: [] }
    const isUsed = [...kept.values()].some(({ kind, image }) => kind === 'container' && image === id)
    if (isUsed || (tags.length > 1 && !force))
      throw new RuntimeError('IMAGE_IN_USE', { message: 'It is in use.', operation: 'removeImage', details: {} })
    await remove('image', id)
    return { untagged: tags, deleted: [id] }
  }
  let builds = 0
  const answers = {
    createContainer: async (spec: { readonly name?: string; readonly image: string; readonly labels?: Labels }) => {
      make('container', spec.name ?? 'c', spec.labels, { image: spec.image })
      return { id: spec.name ?? 'c', name: spec.name ?? 'c', warnings: [] }
    },
    createNetwork: async (spec: { readonly name: string; readonly labels?: Labels }) => {
      make('network', spec.name, spec.labels)
      return { id: spec.name, name: spec.name, created: true }
    },
    createVolume: async (spec: { readonly name?: string; readonly labels?: Labels } = {}) => {
      make('volume', spec.name ?? 'v', spec.labels)
      return { name: spec.name ?? 'v', created: true }
    },
    buildImage: async (spec: { readonly tags?: string[]; readonly labels?: Labels; readonly target?: string }) => {
      builds += 1
      make('image', `built-${builds}`, spec.labels, { tags: spec.tags ?? [], image: spec.target ?? 'base' })
      return { id: `built-${builds}`, tags: spec.tags ?? [] }
    },
    tagImage: async (reference: string, newReference: string) => {
      findImage(reference)?.[1].tags.push(newReference)
    },
    listContainers: async (filter = {}) => list('container', filter),
    listNetworks: async (filter = {}) => list('network', filter),
    listVolumes: async (filter = {}) => list('volume', filter),
    listImages: async (filter = {}) => list('image', filter),
    inspectContainer: (id: string) => inspect('container', id),
    inspectNetwork: (id: string) => inspect('network', id),
    inspectVolume: (name: string) => inspect('volume', name),
    inspectImage: async (reference: string) => {
      calls.push(`inspectImage ${reference}`)
      await hooks.onInspectImage?.()
      return inspect('image', findImage(reference)?.[0].slice('image '.length) ?? reference)
    },
    removeContainer: (id: string) => remove('container', id),
    removeNetwork: (id: string) => remove('network', id),
    removeVolume: (name: string) => remove('volume', name),
    removeImage: untagOrRemove,
  } as unknown as Partial<RuntimeAdapter>
  /** Everything but the image that all containers are made from. */
  const left = (): readonly string[] => [...kept.keys()].filter((key) => key !== 'image base')
  return { calls, hooks, kept, left, removed, stuck, make, runtime: record({ answers }).runtime }
}
