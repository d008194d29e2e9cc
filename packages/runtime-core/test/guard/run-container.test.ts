import { describe, expect, test } from 'vitest'
import { operationLabel, runtimeLabel, type ContainerSpec, type ContainerSummary } from '@moorage/runtime-core'
import { deferred, rejection, turn } from '../deferred.ts'
import { record } from '../recording-adapter.ts'

const spec = { image: 'tools', name: 'box' } as const

describe('runContainer', () => {
  test('creates and starts, and answers what was created', async () => {
    const { runtime, calls } = record()
    expect(await runtime.runContainer(spec)).toEqual({ id: 'id-of-box', name: 'box', warnings: [] })
    expect(calls.map(({ method, args }) => [method, method === 'createContainer' ? 'spec' : args[0]])).toEqual([
      ['createContainer', 'spec'],
      ['startContainer', 'id-of-box'],
    ])
  })

  test('removes what it created when the start fails, before it rejects with the start’s error', async () => {
    const failure = new Error('no such file')
    const removal = deferred()
    const { runtime, call, reached } = record({
      answers: { startContainer: () => Promise.reject(failure), removeContainer: () => removal.promise },
    })
    let rejected = false
    const run = rejection(runtime.runContainer(spec)).then((error) => {
      rejected = true
      return error
    })
    await turn()
    expect(reached()).toEqual(['createContainer', 'startContainer', 'removeContainer'])
    expect(call('removeContainer').args).toMatchObject([
      'id-of-box',
      { force: true, removeVolumes: true, missing: 'ignore' },
    ])
    expect(rejected).toBe(false)
    removal.resolve()
    expect(await run).toBe(failure)
  })

  test('rejects with the start’s error also when the removal fails', async () => {
    const failure = new Error('no such file')
    const { runtime } = record({
      answers: {
        startContainer: () => Promise.reject(failure),
        removeContainer: () => Promise.reject(new Error('down')),
      },
    })
    expect(await rejection(runtime.runContainer(spec))).toBe(failure)
  })

  test('removes nothing when the create fails', async () => {
    const { runtime, reached } = record({ answers: { createContainer: () => Promise.reject(new Error('down')) } })
    await rejection(runtime.runContainer(spec))
    expect(reached()).toEqual(['createContainer'])
  })

  test('aborted while it starts: rejects at once, removes in the background, and close() waits for it', async () => {
    const removal = deferred()
    const { runtime, reached } = record({
      answers: { startContainer: () => new Promise(() => {}), removeContainer: () => removal.promise },
      closeTimeoutMs: 0,
    })
    const controller = new AbortController()
    const run = runtime.runContainer(spec, { signal: controller.signal })
    await turn()
    controller.abort('enough')
    expect(await rejection(run)).toBe('enough')
    expect(reached()).toEqual(['createContainer', 'startContainer', 'removeContainer'])
    removal.resolve()
    await runtime.close()
  })

  test('aborted while it removes: rejects at once', async () => {
    const removal = deferred()
    const { runtime, call } = record({
      answers: { startContainer: () => Promise.reject(new Error('down')), removeContainer: () => removal.promise },
    })
    const controller = new AbortController()
    const run = runtime.runContainer(spec, { signal: controller.signal })
    await turn()
    controller.abort('enough')
    expect(await rejection(run)).toBe('enough')
    expect(call('removeContainer').signal.aborted).toBe(false)
    removal.resolve()
  })

  test('ended by close() while it starts: RUNTIME_CLOSED, and the container is removed before the adapter closes', async () => {
    const { runtime, reached } = record({
      answers: {
        startContainer: (_id, options) =>
          new Promise((_resolve, reject) => {
            options?.signal?.addEventListener('abort', () => reject(options.signal?.reason))
          }),
      },
    })
    const run = rejection(runtime.runContainer(spec))
    await turn()
    await runtime.close()
    expect(await run).toMatchObject({ code: 'RUNTIME_CLOSED' })
    expect(reached()).toEqual(['createContainer', 'startContainer', 'removeContainer', 'close'])
  })
})

describe('what is created', () => {
  test('carries the labels of its runtime and of its operation, and those of the caller', async () => {
    const { runtime, calls } = record()
    await runtime.createContainer({ image: 'tools', labels: { mine: '1' } })
    await runtime.createNetwork({ name: 'net', labels: { mine: '1' } })
    await runtime.createVolume()
    const labels = calls.map(({ args }) => (args[0] as ContainerSpec).labels ?? {})
    expect(labels[0]).toMatchObject({ mine: '1' })
    expect(labels[1]).toMatchObject({ mine: '1' })
    expect(new Set(labels.map((each) => each[runtimeLabel])).size).toBe(1)
    expect(new Set(labels.map((each) => each[operationLabel])).size).toBe(3)
  })

  test('cannot be given another runtime’s label', async () => {
    const { runtime, call } = record()
    await runtime.createContainer({ image: 'tools', labels: { [runtimeLabel]: 'forged' } })
    expect((call('createContainer').args[0] as ContainerSpec).labels?.[runtimeLabel]).not.toBe('forged')
  })

  test('does not change the caller’s spec', async () => {
    const { runtime } = record()
    const frozen = Object.freeze({
      image: 'tools',
      labels: Object.freeze({ mine: '1' }),
      pullPolicy: 'always' as const,
    })
    await runtime.createContainer(frozen)
    expect(frozen.labels).toEqual({ mine: '1' })
  })
})

describe('find', () => {
  const row = (id: string): ContainerSummary => ({
    id,
    name: id,
    image: 'tools',
    imageId: 'sha256:0',
    status: 'running',
    createdAt: '2030-01-01T00:00:00Z',
    labels: {},
  })

  test('answers the first of the list, or undefined', async () => {
    const lists = [[row('new'), row('old')], []]
    const { runtime, calls } = record({ answers: { listContainers: async () => lists.shift() ?? [] } })
    expect(await runtime.findContainer({ name: 'box' })).toMatchObject({ id: 'new' })
    expect(await runtime.findContainerByLabel('key', 'value')).toBeUndefined()
    expect(calls.map(({ args }) => args[0])).toEqual([{ name: 'box' }, { labels: { key: 'value' } }])
  })

  test('by a label whose name every object has', async () => {
    const { runtime, call } = record()
    await runtime.findContainerByLabel('__proto__', 'value')
    const { labels } = call('listContainers').args[0] as { readonly labels: object }
    expect(Object.entries(labels)).toEqual([['__proto__', 'value']])
  })
})
