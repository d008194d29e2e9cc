import { describe, expect, test } from 'vitest'
import { createStream, streamFrom, type StreamSource } from '@moorage/runtime-core'
import { deferred, rejection, turn } from '../deferred.ts'

const done = { done: true, value: undefined } as const
const value = (n: number): IteratorResult<number, undefined> => ({ done: false, value: n })
const never = (): Promise<never> => new Promise(() => {})

/** A source that counts, and counts how it is treated. */
function counting(until = Number.POSITIVE_INFINITY) {
  const state = { opened: 0, released: 0, pulls: 0, together: 0 }
  let running = 0
  const stream = createStream<number>(() => {
    state.opened += 1
    return {
      async pull() {
        running += 1
        state.together = Math.max(state.together, running)
        await turn()
        running -= 1
        state.pulls += 1
        return state.pulls > until ? done : value(state.pulls)
      },
      release() {
        state.released += 1
      },
    }
  })
  return { stream, state }
}

describe('createStream', () => {
  test.each(['return()', 'disposal'])('calls `unopened` once where %s comes before the first next()', async (how) => {
    let left = 0
    const stream = createStream<number>(never, () => {
      left += 1
    })
    if (how === 'return()') await stream.return()
    else await stream[Symbol.asyncDispose]()
    expect(await stream.return()).toEqual(done)
    expect(await stream.next()).toEqual(done)
    expect(left).toBe(1)
  })

  test('opens at the first next() and once', async () => {
    const { stream, state } = counting(1)
    await turn()
    expect(state.opened).toBe(0)
    expect(await stream.next()).toEqual(value(1))
    expect(await stream.next()).toEqual(done)
    expect(await stream.next()).toEqual(done)
    expect(state).toEqual({ opened: 1, released: 1, pulls: 2, together: 1 })
  })

  test('answers several next() in order, one pull at a time', async () => {
    const { stream, state } = counting(2)
    expect(await Promise.all([stream.next(), stream.next(), stream.next()])).toEqual([value(1), value(2), done])
    expect(state.together).toBe(1)
  })

  test('is its own iterator', () => {
    const { stream } = counting()
    expect(stream[Symbol.asyncIterator]()).toBe(stream)
  })

  test('return() before the first next() opens nothing', async () => {
    const { stream, state } = counting()
    expect(await stream.return()).toEqual(done)
    expect(await stream.next()).toEqual(done)
    expect(state).toMatchObject({ opened: 0, released: 0 })
  })

  test('return() settles while next() calls are pending, and they are done', async () => {
    let released = 0
    const stream = createStream<number>(() => ({
      pull: never,
      release() {
        released += 1
      },
    }))
    const pending = [stream.next(), stream.next()]
    await turn()
    expect(await stream.return()).toEqual(done)
    expect(await Promise.all(pending)).toEqual([done, done])
    await stream.return()
    await stream[Symbol.asyncDispose]()
    expect(released).toBe(1)
  })

  test('return() waits for the release', async () => {
    const release = deferred()
    const stream = createStream<number>(() => ({ pull: async () => value(1), release: () => release.promise }))
    await stream.next()
    let left = false
    const leave = stream.return().then(() => {
      left = true
    })
    await turn()
    expect(left).toBe(false)
    release.resolve()
    await leave
  })

  test('return() settles while the source is still being opened; it is released once it is', async () => {
    const opening = deferred<StreamSource<number>>()
    const stream = createStream<number>(() => opening.promise)
    const pending = stream.next()
    await turn()
    expect(await stream.return()).toEqual(done)
    expect(await pending).toEqual(done)
    const seen: string[] = []
    opening.resolve({
      async pull() {
        seen.push('pull')
        return value(1)
      },
      release() {
        seen.push('release')
      },
    })
    await turn()
    expect(seen).toEqual(['release'])
  })

  test('return() while the source is still being opened swallows what opening rejects with', async () => {
    const opening = deferred<StreamSource<number>>()
    const stream = createStream<number>(() => opening.promise)
    const pending = stream.next()
    await turn()
    await stream.return()
    opening.reject(new Error('down'))
    await turn()
    expect(await pending).toEqual(done)
  })

  test.each([
    ['throws', (): never => fail()],
    ['rejects', async (): Promise<never> => fail()],
  ])('an open that %s is thrown once', async (_how, open) => {
    const stream = createStream<number>(open)
    expect(await rejection(stream.next())).toMatchObject({ message: 'down' })
    expect(await stream.next()).toEqual(done)
  })

  test('an error of the source is thrown once, ends the stream and releases it', async () => {
    let released = 0
    const stream = createStream<number>(() => ({
      pull: async () => fail(),
      release() {
        released += 1
      },
    }))
    const [first, second] = [stream.next(), stream.next()]
    expect(await rejection(first)).toMatchObject({ message: 'down' })
    expect(await second).toEqual(done)
    expect(released).toBe(1)
  })

  test('an error of the release does not hide the error of the source', async () => {
    const stream = createStream<number>(() => ({
      pull: async () => fail(),
      release: () => Promise.reject(new Error('release')),
    }))
    expect(await rejection(stream.next())).toMatchObject({ message: 'down' })
  })

  test('an error of the source after return() is nobody’s', async () => {
    const pulled = deferred<IteratorResult<number, undefined>>()
    const stream = createStream<number>(() => ({ pull: () => pulled.promise, release: () => {} }))
    const pending = stream.next()
    await turn()
    await stream.return()
    pulled.reject(new Error('aborted'))
    expect(await pending).toEqual(done)
    await turn()
  })

  test('is released by leaving a loop, and by throwing out of one', async () => {
    const left = counting()
    for await (const _value of left.stream) break
    expect(left.state.released).toBe(1)
    const thrown = counting()
    await rejection(
      (async () => {
        for await (const _value of thrown.stream) fail()
      })(),
    )
    expect(thrown.state.released).toBe(1)
  })
})

function fail(): never {
  throw new Error('down')
}

describe('streamFrom', () => {
  test('passes values on and leaves the iterable without waiting for it', async () => {
    let left = 0
    const stream = streamFrom<number>({
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: 1 }),
        return: () => {
          left += 1
          return never()
        },
      }),
    })
    expect(await stream.next()).toEqual(value(1))
    expect(await stream.return()).toEqual(done)
    expect(left).toBe(1)
  })

  test('leaves out what a generator returns', async () => {
    async function* generator(): AsyncGenerator<number, string> {
      yield 1
      return 'result'
    }
    const stream = streamFrom(generator())
    expect([await stream.next(), await stream.next()]).toEqual([value(1), done])
  })
})
