import {
  createResourceScope,
  listScopes,
  reapScopes,
  RuntimeError,
  scopeCreatedLabel,
  scopeLabel,
  scopeOwnerLabel,
} from '@moorage/runtime-core'
import { describe, expect, it } from 'vitest'
import { labelStore, type Labels } from './label-store.ts'

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
    expect(store.left()).toEqual(['container stranger'])
    expect(await scope.cleanup()).toEqual({ removed: [], failed: [], kept: [] })
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
    expect(store.left()).toEqual(['container alive', 'container of-no-scope'])
    await reapScopes(store.runtime, { olderThanMs: 1000 })
    expect(store.left()).toEqual(['container of-no-scope'])
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '5'])('refuses the age %s', async (olderThanMs) => {
    const store = labelStore()
    store.make('container', 'old', dead('1'))
    const options = { olderThanMs: olderThanMs as number }
    const error: unknown = await reapScopes(store.runtime, options).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'options.olderThanMs' } })
    expect(store.left()).toEqual(['container old'])
  })

  it('refuses to take every scope for dead', async () => {
    const error: unknown = await reapScopes(labelStore().runtime, {}).catch((reason: unknown) => reason)
    expect(RuntimeError.is(error, 'INVALID_ARGUMENT')).toBe(true)
  })
})
