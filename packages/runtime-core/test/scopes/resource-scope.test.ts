import {
  createResourceScope,
  listScopes,
  matchesLabels,
  reapScopes,
  RuntimeError,
  scopeCreatedLabel,
  scopeLabel,
  scopeOwnerLabel,
  type RuntimeAdapter,
} from '@moorage/runtime-core'
import { describe, expect, it } from 'vitest'
import { record } from '../recording-adapter.ts'

type Labels = Readonly<Record<string, string>>

/** An engine that keeps labels and order, and nothing else. */
function labelStore() {
  const kept = new Map<string, { readonly kind: string; readonly labels: Labels }>()
  const removed: string[] = []
  const stuck = new Set<string>()
  const make = (kind: string, name: string, labels: Labels = {}): void => {
    kept.set(`${kind} ${name}`, { kind, labels })
  }
  const list = (kind: string, filter: { readonly labels?: Labels; readonly labelKeys?: readonly string[] }) =>
    [...kept]
      .filter(([, entry]) => entry.kind === kind && matchesLabels(entry.labels, filter))
      .map(([key, { labels }]) => ({ id: key.slice(kind.length + 1), name: key.slice(kind.length + 1), labels }))
  const remove = async (kind: string, name: string): Promise<void> => {
    if (stuck.has(name)) throw new Error(`${name} is stuck`)
    kept.delete(`${kind} ${name}`)
    removed.push(`${kind} ${name}`)
  }
  const answers = {
    createContainer: async (spec: { readonly name?: string; readonly labels?: Labels }) => {
      make('container', spec.name ?? 'c', spec.labels)
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
    listContainers: async (filter = {}) => list('container', filter),
    listNetworks: async (filter = {}) => list('network', filter),
    listVolumes: async (filter = {}) => list('volume', filter),
    listImages: async (filter = {}) => list('image', filter),
    removeContainer: (id: string) => remove('container', id),
    removeNetwork: (id: string) => remove('network', id),
    removeVolume: (name: string) => remove('volume', name),
    removeImage: (id: string) => remove('image', id),
  } as unknown as Partial<RuntimeAdapter>
  return { kept, removed, stuck, make, runtime: record({ answers }).runtime }
}

describe('createResourceScope', () => {
  it('labels what is made through it and removes that, users first, and nothing else', async () => {
    const store = labelStore()
    store.make('container', 'stranger')
    const scope = createResourceScope(store.runtime, { labels: { app: 'shop' }, owner: 'host/boot/1' })
    await scope.runtime.createVolume({ name: 'data' })
    await scope.runtime.createNetwork({ name: 'net', labels: { app: 'other', tier: 'back' } })
    await scope.runtime.runContainer({ image: 'web', name: 'web' })
    expect(store.kept.get('network net')?.labels).toMatchObject({
      tier: 'back',
      app: 'shop',
      [scopeLabel]: scope.id,
      [scopeOwnerLabel]: 'host/boot/1',
    })
    const { removed, failed } = await scope.cleanup()
    expect(removed.map(({ kind }) => kind)).toEqual(['container', 'network', 'volume'])
    expect(failed).toEqual([])
    expect([...store.kept.keys()]).toEqual(['container stranger'])
    expect(await scope.cleanup()).toEqual({ removed: [], failed: [] })
  })

  it('reports what it could not remove, and throws at the end of `await using`', async () => {
    const store = labelStore()
    const scope = createResourceScope(store.runtime)
    await scope.runtime.createVolume({ name: 'busy' })
    await scope.runtime.createVolume({ name: 'free' })
    store.stuck.add('busy')
    const { removed, failed } = await scope.cleanup()
    expect(removed).toEqual([{ kind: 'volume', id: 'free' }])
    expect(failed.map(({ id }) => id)).toEqual(['busy'])
    await expect(scope[Symbol.asyncDispose]()).rejects.toThrow(/could not remove volume busy/)
  })

  it('refuses labels that are the library’s own', () => {
    const attempt = (): unknown => createResourceScope(labelStore().runtime, { labels: { [scopeLabel]: 'mine' } })
    expect(attempt).toThrow(/options\.labels\.org\.moorage\.scope/)
  })
})

describe('reapScopes', () => {
  const dead = (owner: string): Labels => ({
    [scopeLabel]: `scope of ${owner}`,
    [scopeCreatedLabel]: '2020-01-01T00:00:00.000Z',
    [scopeOwnerLabel]: owner,
  })

  it('removes scopes whose owner is gone, or that are too old, and leaves the others', async () => {
    const store = labelStore()
    store.make('container', 'gone', dead('1'))
    store.make('volume', 'gone-too', dead('1'))
    store.make('container', 'alive', dead('2'))
    store.make('container', 'of-no-scope')
    expect((await listScopes(store.runtime)).map(({ owner }) => owner)).toEqual(['1', '2'])
    const reaped = await reapScopes(store.runtime, { isGone: (owner) => owner === '1' })
    expect(reaped.map(({ id }) => id)).toEqual(['scope of 1'])
    expect([...store.kept.keys()]).toEqual(['container alive', 'container of-no-scope'])
    await reapScopes(store.runtime, { olderThanMs: 1000 })
    expect([...store.kept.keys()]).toEqual(['container of-no-scope'])
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '5'])('refuses the age %s', async (olderThanMs) => {
    const store = labelStore()
    store.make('container', 'old', dead('1'))
    const options = { olderThanMs: olderThanMs as number }
    const error: unknown = await reapScopes(store.runtime, options).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'options.olderThanMs' } })
    expect([...store.kept.keys()]).toEqual(['container old'])
  })

  it('refuses to take every scope for dead', async () => {
    const error: unknown = await reapScopes(labelStore().runtime, {}).catch((reason: unknown) => reason)
    expect(RuntimeError.is(error, 'INVALID_ARGUMENT')).toBe(true)
  })
})
