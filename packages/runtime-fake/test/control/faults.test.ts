import { RuntimeError } from '@moorage/runtime-core'
import { createFakeRuntime, createVirtualClock } from '@moorage/runtime-fake'
import { describe, expect, it } from 'vitest'

async function codeOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => 'resolved',
    (reason: unknown) => reason,
  )
  return RuntimeError.is(error) ? error.code : String(error)
}

describe('faults', () => {
  it('fails the next call, having done nothing, and then no more', async () => {
    await using runtime = createFakeRuntime()
    runtime.fake.faults.next('createVolume', { kind: 'fail', code: 'ENGINE_ERROR' })
    expect(await codeOf(runtime.createVolume({ name: 'data' }))).toBe('ENGINE_ERROR')
    expect(await runtime.listVolumes()).toEqual([])
    expect(await codeOf(runtime.createVolume({ name: 'data' }))).toBe('resolved')
  })

  it('fails every n-th call until it is cleared', async () => {
    await using runtime = createFakeRuntime()
    runtime.fake.faults.every(2, 'info', { kind: 'fail', code: 'ENGINE_UNAVAILABLE' })
    const outcomes = [await codeOf(runtime.info()), await codeOf(runtime.info()), await codeOf(runtime.info())]
    expect(outcomes).toEqual(['resolved', 'ENGINE_UNAVAILABLE', 'resolved'])
    runtime.fake.faults.clear('info')
    expect(await codeOf(runtime.info())).toBe('resolved')
    expect(() => runtime.fake.faults.every(0, 'info', { kind: 'stall' })).toThrow(RangeError)
  })

  it('stalls until the abort', async () => {
    await using runtime = createFakeRuntime()
    runtime.fake.faults.next('listNetworks', { kind: 'stall' })
    const controller = new AbortController()
    const reason = new Error('enough')
    const stalled = runtime.listNetworks({}, { signal: controller.signal })
    setTimeout(() => controller.abort(reason), 1)
    await expect(stalled).rejects.toBe(reason)
  })

  it('loses the connection after the call was carried out', async () => {
    await using runtime = createFakeRuntime()
    runtime.fake.faults.next('removeVolume', { kind: 'lose-connection' })
    await runtime.createVolume({ name: 'data' })
    expect(await codeOf(runtime.removeVolume('data'))).toBe('CONNECTION_LOST')
    expect(await runtime.listVolumes()).toEqual([])
  })

  it('loses the connection in the middle of a stream', async () => {
    await using runtime = createFakeRuntime()
    await runtime.pullImage('busybox')
    const { id } = await runtime.runContainer({ image: 'busybox', command: ['echo', 'a\nb'] })
    await runtime.waitContainer(id)
    runtime.fake.faults.next('containerLogs', { kind: 'lose-connection', afterValues: 1 })
    const logs = runtime.containerLogs(id)
    expect((await logs.next()).done).toBe(false)
    expect(await codeOf(logs.next())).toBe('CONNECTION_LOST')
  })

  it('answers late by its clock', async () => {
    const clock = createVirtualClock()
    await using runtime = createFakeRuntime({ clock })
    runtime.fake.faults.next('info', { kind: 'delay', milliseconds: 5000 })
    let answered = false
    const late = runtime.info().then(() => {
      answered = true
    })
    await clock.advance(4999)
    expect(answered).toBe(false)
    await clock.advance(1)
    await late
  })
})

describe('the journal', () => {
  it('has the calls that reached the fake, without their signals', async () => {
    await using runtime = createFakeRuntime()
    await runtime.createNetwork({ name: 'net' })
    await runtime.stopContainer('nobody', { timeoutMs: 0, signal: new AbortController().signal }).catch(() => undefined)
    await runtime.removeNetwork('').catch(() => undefined)
    const { journal } = runtime.fake
    expect(journal.calls().map(({ method, outcome }) => `${method} ${outcome}`)).toEqual([
      'createNetwork resolved',
      'stopContainer rejected',
    ])
    const [stop] = journal.calls('stopContainer')
    expect(stop).toMatchObject({ arguments: ['nobody', { timeoutMs: 0 }], code: 'CONTAINER_NOT_FOUND' })
    journal.clear()
    expect(journal.calls()).toEqual([])
  })

  it('shows a stream as open until it is left', async () => {
    await using runtime = createFakeRuntime()
    const events = runtime.events()
    const next = events.next()
    await new Promise((resolve) => {
      setTimeout(resolve, 0)
    })
    expect(runtime.fake.journal.calls('events')[0]?.outcome).toBe('open')
    await events.return()
    await next
    expect(runtime.fake.journal.calls('events')[0]?.outcome).toBe('resolved')
  })
})
