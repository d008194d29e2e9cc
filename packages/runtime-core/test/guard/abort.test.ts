import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { deferred, rejection, turn } from '../deferred.ts'
import { goodArguments, invokeWell, methodNames } from '../every-call.ts'
import { record } from '../recording-adapter.ts'

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length
const never = (): Promise<never> => new Promise(() => {})
const neverStream = (): unknown => ({ next: never, return: never })
const streaming = new Set([
  'containerLogs',
  'saveImages',
  'containerStats',
  'copyFromContainer',
  'events',
  'composeLogs',
])

/** An adapter that never answers anything, whatever its signal says. */
function deaf() {
  const answers = Object.fromEntries(
    Object.keys(goodArguments).map((method) => [method, streaming.has(method) ? neverStream : never]),
  )
  return record({ answers, closeTimeoutMs: 0 })
}

describe.each(methodNames)('%s', (method) => {
  test('aborted midway: rejects with the reason although the adapter is deaf, and leaves no listener', async () => {
    const { runtime, calls } = deaf()
    const controller = new AbortController()
    const call = invokeWell(runtime, method, { signal: controller.signal })
    await turn()
    expect(calls).toHaveLength(1)
    const reason = { why: 'enough' }
    controller.abort(reason)
    expect(await rejection(call)).toBe(reason)
    expect(listeners(controller.signal)).toBe(0)
  })

  test('aborted right after the call: nothing is sent', async () => {
    const { runtime, reached } = deaf()
    const controller = new AbortController()
    const call = invokeWell(runtime, method, { signal: controller.signal })
    controller.abort('at once')
    expect(await rejection(call)).toBe('at once')
    await turn()
    expect(reached()).toEqual([])
    expect(listeners(controller.signal)).toBe(0)
  })
})

test('a call that succeeds leaves no listener', async () => {
  const { runtime } = record()
  const { signal } = new AbortController()
  await runtime.startContainer('box', { signal })
  await runtime.createContainer({ image: 'tools', pullPolicy: 'always' }, { signal })
  await runtime.runContainer({ image: 'tools' }, { signal })
  expect(listeners(signal)).toBe(0)
})

test('a call that fails leaves no listener and rejects with the adapter’s error', async () => {
  const failure = new Error('down')
  const { runtime } = record({ answers: { info: () => Promise.reject(failure) } })
  const { signal } = new AbortController()
  expect(await rejection(runtime.info({ signal }))).toBe(failure)
  expect(listeners(signal)).toBe(0)
})

test('a call that is refused leaves no listener', async () => {
  const { runtime } = record({ lacks: ['pause'] })
  const { signal } = new AbortController()
  await rejection(runtime.startContainer('', { signal }))
  await rejection(runtime.pauseContainer('box', { signal }))
  expect(listeners(signal)).toBe(0)
})

test('an adapter that throws instead of rejecting rejects the call', async () => {
  const failure = new Error('down')
  const { runtime } = record({
    answers: {
      startContainer: () => {
        throw failure
      },
      containerLogs: () => {
        throw failure
      },
    },
  })
  expect(await rejection(runtime.startContainer('box'))).toBe(failure)
  expect(await rejection(runtime.containerLogs('box').next())).toBe(failure)
})

test('an adapter that answers an abort with an error of its own cannot replace the reason', async () => {
  const { runtime } = record({
    answers: {
      startContainer: (_id, options) =>
        new Promise((_resolve, reject) => {
          options?.signal?.addEventListener('abort', () => reject(new Error('socket hang up')))
        }),
    },
  })
  const controller = new AbortController()
  const call = runtime.startContainer('box', { signal: controller.signal })
  await turn()
  controller.abort('enough')
  expect(await rejection(call)).toBe('enough')
})

test('an abort after the end changes nothing', async () => {
  const { runtime, call } = record()
  const controller = new AbortController()
  await runtime.startContainer('box', { signal: controller.signal })
  controller.abort()
  expect(call('startContainer').signal.aborted).toBe(false)
})

test('one caller’s abort does not touch another call', async () => {
  const answer = deferred()
  const { runtime } = record({ answers: { startContainer: () => answer.promise } })
  const controller = new AbortController()
  const aborted = runtime.startContainer('one', { signal: controller.signal })
  const other = runtime.startContainer('two')
  await turn()
  controller.abort('enough')
  expect(await rejection(aborted)).toBe('enough')
  answer.resolve()
  await other
})
