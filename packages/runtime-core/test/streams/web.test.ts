import { describe, expect, test } from 'vitest'
import { createStream, toWebStream } from '@moorage/runtime-core'
import { rejection, turn } from '../deferred.ts'

describe('toWebStream', () => {
  function counted(until = Number.POSITIVE_INFINITY) {
    const state = { pulls: 0, released: 0 }
    const stream = createStream<number>(() => ({
      async pull() {
        state.pulls += 1
        return state.pulls > until ? { done: true, value: undefined } : { done: false, value: state.pulls }
      },
      release() {
        state.released += 1
      },
    }))
    return { web: toWebStream(stream), state }
  }

  test('gives every value and ends', async () => {
    const { web, state } = counted(3)
    const all: number[] = []
    for await (const value of web) all.push(value)
    expect(all).toEqual([1, 2, 3])
    expect(state.released).toBe(1)
  })

  test('pulls only what is asked for', async () => {
    const { web, state } = counted()
    await turn()
    expect(state.pulls).toBe(0)
    const reader = web.getReader()
    await reader.read()
    await turn()
    expect(state.pulls).toBe(1)
  })

  test('cancel() frees the source', async () => {
    const { web, state } = counted()
    const reader = web.getReader()
    await reader.read()
    await reader.cancel()
    expect(state.released).toBe(1)
    expect(await reader.read()).toEqual({ done: true, value: undefined })
  })

  test('cancel() settles while a read is pending', async () => {
    const web = toWebStream(createStream<number>(() => ({ pull: () => new Promise(() => {}), release: () => {} })))
    const reader = web.getReader()
    const pending = reader.read()
    await turn()
    await reader.cancel('enough')
    expect(await pending).toEqual({ done: true, value: undefined })
  })

  test('passes an error on', async () => {
    const failure = new Error('down')
    const web = toWebStream(createStream<number>(() => ({ pull: () => Promise.reject(failure), release: () => {} })))
    expect(await rejection(web.getReader().read())).toBe(failure)
  })
})
