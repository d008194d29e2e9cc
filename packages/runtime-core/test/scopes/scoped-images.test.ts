import { createResourceScope, type Runtime } from '@moorage/runtime-core'
import { expect, it } from 'vitest'
import { labelStore } from './label-store.ts'

const context = { files: { Dockerfile: 'FROM base:1' } }

/** An image that a scope has built, and what it is named. */
async function buildInScope(tags: readonly string[], wrap: (runtime: Runtime) => Partial<Runtime> = () => ({})) {
  const store = labelStore()
  const scope = createResourceScope({ ...store.runtime, ...wrap(store.runtime) })
  const { id } = await scope.runtime.buildImage({ context, tags })
  const tagsNow = (): readonly string[] | undefined => store.kept.get(`image ${id}`)?.tags
  const marker = tagsNow()?.find((tag) => tag.startsWith('moorage.invalid/')) ?? ''
  store.calls.length = 0
  return { store, scope, id, marker, tagsNow }
}

it('an image of a scope that others named is not removed by its id', async () => {
  const { store, scope, id, marker, tagsNow } = await buildInScope([])
  await store.runtime.tagImage(id, 'stranger:1')
  await expect(scope.runtime.removeImage(id)).rejects.toMatchObject({ code: 'IMAGE_IN_USE' })
  expect(tagsNow()).toEqual([marker, 'stranger:1'])
})

it('removing the name of the scope itself removes no other name', async () => {
  const { scope, marker, tagsNow } = await buildInScope(['app:1'])
  await scope.runtime.tagImage('app:1', 'app:2')
  await scope.runtime.removeImage('app:1')
  await scope.runtime.removeImage(marker)
  expect(tagsNow()).toEqual(['app:2'])
})

it('a name of others that is removed by name leaves the image to the clean-up', async () => {
  const { store, scope, id, marker, tagsNow } = await buildInScope([])
  await store.runtime.tagImage(id, 'stranger:1')
  expect(await scope.runtime.removeImage('stranger:1')).toEqual({ untagged: ['stranger:1'], deleted: [] })
  expect(tagsNow()).toEqual([marker])
})

it.each(['removeImage', 'cleanup'] as const)('a name that others give during %s keeps the image', async (method) => {
  const { store, scope, tagsNow } = await buildInScope(['app:1'], (runtime) => ({
    async inspectImage(reference, options) {
      const image = await runtime.inspectImage(reference, options)
      if (image.tags.includes('app:1')) await runtime.tagImage(image.id, 'stranger:1')
      return image
    },
  }))
  await (method === 'cleanup' ? scope.cleanup() : scope.runtime.removeImage('app:1'))
  expect(tagsNow()).toEqual(['stranger:1'])
  expect(store.removed).toEqual([])
})

it('an image that a container uses keeps all of its names', async () => {
  const { store, scope, id, marker, tagsNow } = await buildInScope(['app:1'])
  await store.runtime.createContainer({ image: id, name: 'user' })
  await expect(scope.runtime.removeImage('app:1')).rejects.toMatchObject({ code: 'IMAGE_IN_USE' })
  const { failed } = await scope.cleanup()
  expect([failed.map((entry) => entry.id), tagsNow()?.toSorted()]).toEqual([[id], ['app:1', marker].toSorted()])
})

it.each(['removeImage', 'tagImage'] as const)(
  '%s of a scope honours an abort before anything is sent',
  async (method) => {
    const { store, scope } = await buildInScope(['app:1'])
    const signal = AbortSignal.abort(new Error('stopped'))
    const call =
      method === 'removeImage'
        ? scope.runtime.removeImage('app:1', { signal })
        : scope.runtime.tagImage('app:1', 'app:2', { signal })
    await expect(call).rejects.toThrow('stopped')
    expect(store.calls).toEqual([])
  },
)

it.each(['removeImage', 'tagImage'] as const)(
  '%s of a scope honours an abort while the inspection stalls',
  async (method) => {
    const { store, scope } = await buildInScope(['app:1'])
    const stalled = new Promise<void>((resolve) => {
      store.hooks.onInspectImage = () => {
        resolve()
        return new Promise(() => undefined)
      }
    })
    const controller = new AbortController()
    const { signal } = controller
    const call =
      method === 'removeImage'
        ? scope.runtime.removeImage('app:1', { signal })
        : scope.runtime.tagImage('app:1', 'app:2', { signal })
    await stalled
    controller.abort(new Error('stopped'))
    await expect(call).rejects.toThrow('stopped')
  },
)

it('tagImage of a scope tags nothing if the inspection fails', async () => {
  const { scope, marker, tagsNow } = await buildInScope(['app:1'], () => ({
    inspectImage: async () => {
      throw new Error('cut')
    },
  }))
  await expect(scope.runtime.tagImage('app:1', 'app:2')).rejects.toThrow('cut')
  expect(tagsNow()).toEqual(['app:1', marker])
})

it.each([
  ['buildImage', undefined],
  ['buildImage', { context, tags: 'foo' }],
  ['buildImage', { context, tags: [5] }],
  ['buildImage', { context, labels: 'hunter2' }],
  ['createContainer', { image: 'base:1', labels: 'hunter2' }],
  ['runContainer', { image: 'base:1', labels: ['hunter2'] }],
  ['createNetwork', { name: 'net', labels: new Map() }],
  ['createVolume', { name: 'data', labels: 5 }],
  ['createVolume', null],
] as const)('%s of a scope refuses what the runtime refuses: %j', async (method, spec) => {
  const store = labelStore()
  const answer = async (runtime: Runtime): Promise<unknown> =>
    (runtime[method] as (given: unknown) => Promise<unknown>)(spec).catch((error: unknown) => error)
  const unscoped = await answer(store.runtime)
  expect(unscoped).toMatchObject({ code: 'INVALID_ARGUMENT' })
  expect(await answer(createResourceScope(store.runtime).runtime)).toEqual(unscoped)
  expect(store.left()).toEqual([])
})

it('a scope is not made over the runtime of another scope, or over a copy of it', () => {
  const { runtime } = createResourceScope(labelStore().runtime)
  for (const scoped of [runtime, { ...runtime }])
    expect(() => createResourceScope(scoped)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', details: expect.objectContaining({ field: 'runtime' }) }),
    )
})
