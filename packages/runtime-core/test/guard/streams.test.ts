import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { createStream, streamFrom, type LogChunk, type RuntimeStream } from '@moorage/runtime-core'
import { rejection, turn } from '../deferred.ts'
import { record } from '../recording-adapter.ts'

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length
const chunk = (byte: number): LogChunk => ({ stream: 'stdout', bytes: new Uint8Array([byte]) })
const never = (): Promise<never> => new Promise(() => {})

async function* three(): AsyncGenerator<LogChunk, undefined> {
  for (const byte of [1, 2, 3]) yield chunk(byte)
}

/** A stream that gives one chunk and then waits, and counts how often it was freed. */
function endless(): { readonly stream: RuntimeStream<LogChunk>; readonly released: () => number } {
  let released = 0
  let given = 0
  const stream = createStream<LogChunk>(() => ({
    pull: () => {
      given += 1
      return given === 1 ? Promise.resolve({ done: false, value: chunk(1) }) : never()
    },
    release() {
      released += 1
    },
  }))
  return { stream, released: () => released }
}

describe('a stream of a runtime', () => {
  test('reaches the adapter at its first next(), not before', async () => {
    const { runtime, reached } = record({ answers: { containerLogs: () => streamFrom(three()) } })
    const logs = runtime.containerLogs('box')
    await turn()
    expect(reached()).toEqual([])
    await logs.next()
    await logs.next()
    expect(reached()).toEqual(['containerLogs'])
  })

  test('left before its first next() never reaches the adapter', async () => {
    const { runtime, reached } = record()
    const { signal } = new AbortController()
    const logs = runtime.containerLogs('box', { signal })
    expect(await logs.return()).toEqual({ done: true, value: undefined })
    expect(await logs.next()).toEqual({ done: true, value: undefined })
    expect(reached()).toEqual([])
    expect(listeners(signal)).toBe(0)
  })

  test('read to its end leaves no listener', async () => {
    const { runtime } = record({ answers: { containerLogs: () => streamFrom(three()) } })
    const { signal } = new AbortController()
    const bytes: number[] = []
    for await (const { bytes: some } of runtime.containerLogs('box', { signal })) {
      expect(listeners(signal)).toBe(1)
      bytes.push(...some)
    }
    expect(bytes).toEqual([1, 2, 3])
    expect(listeners(signal)).toBe(0)
  })

  test('left in the middle frees the adapter’s stream, tells it by the signal, and leaves no listener', async () => {
    const { stream, released } = endless()
    const { runtime, call } = record({ answers: { containerLogs: () => stream } })
    const { signal } = new AbortController()
    for await (const _chunk of runtime.containerLogs('box', { signal })) break
    expect(released()).toBe(1)
    expect(call('containerLogs').signal.aborted).toBe(true)
    expect(listeners(signal)).toBe(0)
  })

  test('return() settles at once while next() is pending, and that next() is done', async () => {
    const { stream, released } = endless()
    const { runtime } = record({ answers: { containerLogs: () => stream } })
    const logs = runtime.containerLogs('box')
    await logs.next()
    const pending = logs.next()
    await turn()
    expect(await logs.return()).toEqual({ done: true, value: undefined })
    expect(await pending).toEqual({ done: true, value: undefined })
    expect(released()).toBe(1)
  })

  test('return() settles also over an adapter’s stream whose return() never does', async () => {
    const deaf = { next: never, return: never } as unknown as RuntimeStream<LogChunk>
    const { runtime } = record({ answers: { containerLogs: () => deaf }, closeTimeoutMs: 0 })
    const logs = runtime.containerLogs('box')
    const pending = logs.next()
    await turn()
    expect(await logs.return()).toEqual({ done: true, value: undefined })
    expect(await pending).toEqual({ done: true, value: undefined })
    await runtime.close()
  })

  test('aborted while next() is pending rejects it with the reason, and is done after that', async () => {
    const { stream, released } = endless()
    const { runtime } = record({ answers: { containerLogs: () => stream } })
    const controller = new AbortController()
    const logs = runtime.containerLogs('box', { signal: controller.signal })
    await logs.next()
    const pending = rejection(logs.next())
    await turn()
    controller.abort('enough')
    expect(await pending).toBe('enough')
    expect(await logs.next()).toEqual({ done: true, value: undefined })
    expect(released()).toBe(1)
    expect(listeners(controller.signal)).toBe(0)
  })

  test('aborted between two reads is freed at once and tells the reason at the next one', async () => {
    const { stream, released } = endless()
    const { runtime } = record({ answers: { containerLogs: () => stream } })
    const controller = new AbortController()
    const logs = runtime.containerLogs('box', { signal: controller.signal })
    await logs.next()
    controller.abort('enough')
    await turn()
    expect(released()).toBe(1)
    expect(await rejection(logs.next())).toBe('enough')
    expect(await logs.next()).toEqual({ done: true, value: undefined })
  })

  test('that fails rejects once with the adapter’s error and leaves no listener', async () => {
    const failure = new Error('down')
    const { runtime } = record({
      answers: {
        containerLogs: () => createStream<LogChunk>(() => ({ pull: () => Promise.reject(failure), release: () => {} })),
      },
    })
    const { signal } = new AbortController()
    const logs = runtime.containerLogs('box', { signal })
    expect(await rejection(logs.next())).toBe(failure)
    expect(await logs.next()).toEqual({ done: true, value: undefined })
    expect(listeners(signal)).toBe(0)
  })

  test('is disposed of by `await using`', async () => {
    const { stream, released } = endless()
    const { runtime } = record({ answers: { containerLogs: () => stream } })
    {
      await using logs = runtime.containerLogs('box')
      await logs.next()
    }
    expect(released()).toBe(1)
  })
})
