import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { createRuntime, createStream, type LogChunk, type RuntimeAdapter } from '@moorage/runtime-core'
import { deferred, rejection, turn } from '../deferred.ts'
import { record } from '../recording-adapter.ts'

const never = (): Promise<never> => new Promise(() => {})

describe('close()', () => {
  test('ends calls under way with RUNTIME_CLOSED, naming each, and tells the adapter through the signal', async () => {
    const { runtime, call } = record({ answers: { startContainer: never, info: never }, closeTimeoutMs: 0 })
    const calls = [runtime.startContainer('box'), runtime.info()].map(rejection)
    await turn()
    await runtime.close()
    expect(await calls[0]).toMatchObject({ code: 'RUNTIME_CLOSED', operation: 'startContainer' })
    expect(await calls[1]).toMatchObject({ code: 'RUNTIME_CLOSED', operation: 'info' })
    expect(call('startContainer').signal.reason).toMatchObject({ code: 'RUNTIME_CLOSED' })
  })

  test('ends a stream whose next() is pending with RUNTIME_CLOSED, once', async () => {
    const { runtime } = record({
      answers: { containerLogs: () => createStream<LogChunk>(() => ({ pull: never, release: () => {} })) },
    })
    const logs = runtime.containerLogs('box')
    const next = rejection(logs.next())
    await turn()
    await runtime.close()
    expect(await next).toMatchObject({ code: 'RUNTIME_CLOSED', operation: 'containerLogs' })
    expect(await logs.next()).toEqual({ done: true, value: undefined })
  })

  test('frees a stream that nobody is reading, and its next read says RUNTIME_CLOSED', async () => {
    let released = 0
    const chunk: LogChunk = { stream: 'stdout', bytes: new Uint8Array([1]) }
    const { runtime } = record({
      answers: {
        containerLogs: () =>
          createStream<LogChunk>(() => ({
            pull: async () => ({ done: false, value: chunk }),
            release() {
              released += 1
            },
          })),
      },
    })
    const logs = runtime.containerLogs('box')
    await logs.next()
    await runtime.close()
    expect(released).toBe(1)
    expect(await rejection(logs.next())).toMatchObject({ code: 'RUNTIME_CLOSED' })
    expect(await logs.next()).toEqual({ done: true, value: undefined })
  })

  test('a stream that was not begun says RUNTIME_CLOSED at its first next()', async () => {
    const { runtime, reached } = record()
    const logs = runtime.containerLogs('box')
    await runtime.close()
    expect(await rejection(logs.next())).toMatchObject({ code: 'RUNTIME_CLOSED' })
    expect(reached()).toEqual(['close'])
  })

  test('is idempotent, also at once, and by `await using`', async () => {
    const { runtime, reached } = record()
    await Promise.all([runtime.close(), runtime.close(), runtime[Symbol.asyncDispose]()])
    await runtime.close()
    expect(reached()).toEqual(['close'])
  })

  test('closes the adapter after its calls have ended', async () => {
    const answer = deferred()
    const { runtime, reached } = record({ answers: { startContainer: () => answer.promise } })
    const call = rejection(runtime.startContainer('box'))
    await turn()
    const close = runtime.close()
    expect(await call).toMatchObject({ code: 'RUNTIME_CLOSED' })
    await turn()
    expect(reached()).toEqual(['startContainer'])
    answer.resolve()
    await close
    expect(reached()).toEqual(['startContainer', 'close'])
  })

  test('leaves no listener on a caller’s signal', async () => {
    const { runtime } = record({ answers: { startContainer: never }, closeTimeoutMs: 0 })
    const { signal } = new AbortController()
    const call = rejection(runtime.startContainer('box', { signal }))
    await turn()
    await runtime.close()
    await call
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  test('rejects with what the adapter’s close rejects with, every time', async () => {
    const failure = new Error('down')
    const { runtime } = record({ answers: { close: () => Promise.reject(failure) } })
    expect(await rejection(runtime.close())).toBe(failure)
    expect(await rejection(runtime.close())).toBe(failure)
  })

  test('does not touch another runtime', async () => {
    const first = record()
    const second = record()
    await first.runtime.close()
    await second.runtime.info()
    expect(second.reached()).toEqual(['info'])
  })

  test.each([-1, Number.NaN, '5'])('refuses a timeout of %s', (closeTimeoutMs) => {
    const adapter = { capabilities: {} } as RuntimeAdapter
    expect(() => createRuntime(adapter, { closeTimeoutMs: closeTimeoutMs as number })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        details: expect.objectContaining({ field: 'options.closeTimeoutMs' }),
      }),
    )
  })

  test.each([0, 5e9, Number.POSITIVE_INFINITY])(
    'with a timeout of %s leaves at once when nothing is under way',
    async (closeTimeoutMs) => {
      const { runtime, reached } = record({ closeTimeoutMs })
      await runtime.info()
      await runtime.close()
      expect(reached()).toEqual(['info', 'close'])
    },
  )
})
