import {
  createResourceScope,
  listScopes,
  reapScopes,
  scopeCreatedLabel,
  scopeLabel,
  scopeOwnerLabel,
  type CleanupReport,
} from '@moorage/runtime-core'
import { describe, expect, it } from 'vitest'
import { labelStore } from './label-store.ts'

const context = { files: { Dockerfile: 'FROM base:1' } }
const isDead = { isGone: (owner: string) => owner === 'dead' }

const named = (entries: CleanupReport['removed' | 'kept']): readonly string[] =>
  entries.map(({ kind, id }) => `${kind} ${id}`).toSorted()

describe('a scope', () => {
  it('does not own a container that inherited the labels of its image', async () => {
    const store = labelStore()
    const scope = createResourceScope(store.runtime)
    const { id } = await scope.runtime.buildImage({ context })
    await store.runtime.createContainer({ image: id, name: 'stranger' })
    await scope.runtime.createContainer({ image: id, name: 'own' })
    await scope.cleanup()
    expect(store.removed.slice(0, 1)).toEqual(['container own'])
    expect(store.kept.has('container stranger')).toBe(true)
  })

  it('does not own a container whose image was committed from a container of the scope', async () => {
    const store = labelStore()
    const scope = createResourceScope(store.runtime, { owner: 'dead' })
    await scope.runtime.createContainer({ image: 'base', name: 'own' })
    store.make('image', 'committed', store.kept.get('container own')?.labels)
    await store.runtime.createContainer({ image: 'committed', name: 'stranger' })
    await scope.runtime.createContainer({ image: 'committed', name: 'own-too' })
    const [reaped] = await reapScopes(store.runtime, isDead)
    expect(named(reaped?.removed ?? [])).toEqual(['container own', 'container own-too'])
    expect(reaped?.kept).toEqual([
      { kind: 'container', id: 'stranger', reason: 'it inherited the labels from its image' },
    ])
    expect(store.kept.has('image committed')).toBe(true)
  })

  it('owns an image by a name that images built from it do not inherit', async () => {
    const store = labelStore()
    const scope = createResourceScope(store.runtime, { owner: 'dead' })
    const base = await scope.runtime.buildImage({ context, tags: ['app'] })
    expect(base.tags).toEqual(['app'])
    const derived = await store.runtime.buildImage({ context, target: base.id, tags: ['stranger:1'] })
    const [reaped] = await reapScopes(store.runtime, isDead)
    expect([named(reaped?.removed ?? []), named(reaped?.kept ?? [])]).toEqual([
      [`image ${base.id}`],
      [`image ${derived.id}`],
    ])
    expect(await listScopes(store.runtime)).toEqual([])
    expect(await reapScopes(store.runtime, isDead)).toEqual([])
    expect(store.kept.has(`image ${derived.id}`)).toBe(true)
  })

  it('gives up an image to which others gave a name', async () => {
    const store = labelStore()
    const scope = createResourceScope(store.runtime)
    const { id } = await scope.runtime.buildImage({ context, tags: ['app:1'] })
    await scope.runtime.tagImage(id, 'docker.io/library/app:2')
    await store.runtime.tagImage(id, 'stranger:1')
    const { removed, failed, kept } = await scope.cleanup()
    expect([removed, failed, named(kept)]).toEqual([[], [], [`image ${id}`]])
    expect(store.kept.get(`image ${id}`)?.tags).toEqual(['stranger:1'])
    expect((await scope.cleanup()).removed).toEqual([])
  })

  it('removes its image with the last name that was given to it, or by the id', async () => {
    const store = labelStore()
    const scope = createResourceScope(store.runtime)
    const [one, other] = [
      await scope.runtime.buildImage({ context, tags: ['one:1'] }),
      await scope.runtime.buildImage({ context, tags: ['other:1'] }),
    ]
    await scope.runtime.removeImage('one:1')
    await scope.runtime.removeImage(other.id)
    expect(store.removed).toEqual([`image ${one.id}`, `image ${other.id}`])
  })

  it('keeps a container whose image is gone, unless it remembers to have created it', async () => {
    const store = labelStore()
    const scope = createResourceScope(store.runtime, { owner: 'dead' })
    await scope.runtime.createContainer({ image: 'base', name: 'own' })
    await store.runtime.createVolume({ name: 'data', labels: { [scopeLabel]: scope.id, [scopeOwnerLabel]: 'dead' } })
    store.kept.delete('image base')
    const [reaped] = await reapScopes(store.runtime, isDead)
    expect([named(reaped?.removed ?? []), named(reaped?.kept ?? [])]).toEqual([['volume data'], ['container own']])
    expect(named((await scope.cleanup()).removed)).toEqual(['container own'])
  })

  it('removes nothing on the word of a list that ignores its filter', async () => {
    const store = labelStore({ ignoresFilters: true })
    for (const kind of ['container', 'network', 'volume', 'image'] as const) store.make(kind, 'stranger')
    const scope = createResourceScope(store.runtime, { owner: 'dead' })
    await scope.runtime.createVolume({ name: 'own' })
    const { removed, kept } = await scope.cleanup()
    expect(named(removed)).toEqual(['volume own'])
    expect(named(kept)).toContain('container stranger')
    expect(store.removed).toEqual(['volume own'])
  })
})

it('labels of an image name no scope to the containers that are made from it', async () => {
  const store = labelStore()
  const created = '2020-01-01T00:00:00.000Z'
  store.make('image', 'old', { [scopeLabel]: 'old', [scopeCreatedLabel]: created, [scopeOwnerLabel]: 'dead' })
  await store.runtime.createContainer({ image: 'old', name: 'young' })
  expect(await listScopes(store.runtime)).toEqual([])
  expect(await reapScopes(store.runtime, { ...isDead, olderThanMs: 1000 })).toEqual([])
  expect(store.kept.has('container young')).toBe(true)
})
