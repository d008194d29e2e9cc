import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { abortable, onceAborted } from '../../src/transport/abort.ts'
import { rejection } from './scripted-server.ts'

describe('onceAborted', () => {
  it('calls with the reason, at once if it is already there', () => {
    const reasons: unknown[] = []
    const controller = new AbortController()
    onceAborted(controller.signal, (reason) => reasons.push(reason))
    expect(reasons).toEqual([])
    controller.abort('first')
    onceAborted(controller.signal, (reason) => reasons.push(reason))
    expect(reasons).toEqual(['first', 'first'])
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })

  it('takes its listener away again', () => {
    const { signal } = new AbortController()
    const release = onceAborted(signal, () => {})
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    release()
    release()
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    onceAborted(undefined, () => {})()
  })
})

describe('abortable', () => {
  it('settles with what it ran', async () => {
    const { signal } = new AbortController()
    const failure = new Error('no')
    expect(await abortable(signal, () => 1)).toBe(1)
    expect(await abortable(undefined, async () => 2)).toBe(2)
    expect(await rejection(abortable(signal, () => Promise.reject(failure)))).toBe(failure)
    expect(
      await rejection(
        abortable(signal, () => {
          throw failure
        }),
      ),
    ).toBe(failure)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('rejects with the reason itself, and runs nothing that is already aborted', async () => {
    const reason = { why: 'enough' }
    const controller = new AbortController()
    const pending = abortable(controller.signal, () => new Promise(() => {}))
    controller.abort(reason)
    expect(await rejection(pending)).toBe(reason)
    let ran = false
    const late = abortable(controller.signal, () => {
      ran = true
    })
    expect(await rejection(late)).toBe(reason)
    expect(ran).toBe(false)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })
})
