import { PassThrough, Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { deferred, rejection, turn } from '../deferred.ts'
import { record } from '../recording-adapter.ts'
import { cat, methods, never, reading, text, watched, type Pieces } from './source-methods.ts'

async function* generate(): AsyncGenerator<Uint8Array, undefined> {
  yield new Uint8Array([65])
  yield new Uint8Array([66])
}

describe.each(methods)('the source of %s that another call has had', (method, call) => {
  const invalid = { code: 'INVALID_ARGUMENT' }
  /** An adapter that reads all of it when it is allowed to. */
  const gated = () => {
    const gate = deferred<undefined>()
    const found: string[] = []
    const answers = reading(method, async (source) => {
      await gate.promise
      found.push(await text(source))
      throw new Error('enough')
    })
    return { ...record({ answers }), gate, found }
  }
  const shared = (): readonly Pieces[] => {
    const generator = generate()
    return [
      generate(),
      { [Symbol.asyncIterator]: () => generator },
      Readable.from(generate()),
      Readable.toWeb(Readable.from(generate())) as unknown as Pieces,
    ]
  }

  test('is refused after a call that was refused, or aborted before, has closed it', async () => {
    const { runtime, reached } = record()
    for (const options of [{ unknown: 1 }, { signal: AbortSignal.abort() }]) {
      for (const source of shared()) {
        await rejection(call(runtime, source, options))
        expect(await rejection(call(runtime, source))).toMatchObject(invalid)
      }
    }
    expect(reached()).toEqual([])
  })

  test('is refused, and not closed, while the other call reads it and afterwards', async () => {
    for (const source of shared()) {
      const { runtime, gate, found } = gated()
      const first = rejection(call(runtime, source))
      await turn()
      expect(await rejection(call(runtime, source))).toMatchObject(invalid)
      expect(await rejection(call(runtime, source, { unknown: 1 }))).toMatchObject(invalid)
      expect(await rejection(call(runtime, source, { signal: AbortSignal.abort('no') }))).toBe('no')
      gate.resolve(undefined)
      expect(await first).toMatchObject({ message: 'enough' })
      expect(found).toEqual(['AB'])
      expect(await rejection(call(runtime, source))).toMatchObject(invalid)
    }
  })

  test('is read again where it makes an iterator each time', async () => {
    const { runtime, gate, found } = gated()
    const source: Pieces = { [Symbol.asyncIterator]: generate }
    await rejection(call(runtime, source, { unknown: 1 }))
    const both = [rejection(call(runtime, source)), rejection(call(runtime, source))]
    await rejection(call(runtime, source, { unknown: 1 }))
    gate.resolve(undefined)
    await Promise.all(both)
    await rejection(call(runtime, source))
    expect(found).toEqual(['AB', 'AB', 'AB'])
  })

  test('is not closed by a refused call where its iterators share what they read', async () => {
    const { runtime, gate, found } = gated()
    const generator = generate()
    const source: Pieces = {
      [Symbol.asyncIterator]: () => ({ next: () => generator.next(), return: () => generator.return(undefined) }),
    }
    const first = rejection(call(runtime, source))
    await rejection(call(runtime, source, { unknown: 1 }))
    gate.resolve(undefined)
    await first
    expect(found).toEqual(['AB'])
  })
})

describe.each(methods)('a source of %s', (method, call) => {
  const invalid = { code: 'INVALID_ARGUMENT' }

  test('is refused where it breaks the protocol of iterators', async () => {
    const isInput = method === 'execContainer' || method === 'startExec'
    const broken = [
      { [Symbol.asyncIterator]: () => undefined },
      { [Symbol.asyncIterator]: () => ({}) },
      { [Symbol.asyncIterator]: () => ({ next: async () => 5 }) },
    ] as unknown as readonly Pieces[]
    for (const source of broken) {
      const { runtime } = record({ answers: reading(method, text) })
      const error = await rejection(call(runtime, source))
      // The adapter makes STDIN_FAILED of it.
      if (isInput) expect(error).toBeInstanceOf(TypeError)
      else expect(error).toMatchObject(invalid)
    }
  })

  test('keeps one listener after many refusals, and no lock of a stream of the web', async () => {
    const { runtime } = record({ answers: reading(method, text) })
    const node = new PassThrough()
    for (let calls = 0; calls < 12; calls += 1) await rejection(call(runtime, node, { unknown: 1 }))
    expect(node.listenerCount('error')).toBe(1)
    const web = Readable.toWeb(Readable.from(generate()))
    const done = call(runtime, web as unknown as Pieces)
    expect(web.locked).toBe(true)
    await Promise.allSettled([done])
    const refused = new ReadableStream<Uint8Array>()
    await rejection(call(runtime, refused as unknown as Pieces, { unknown: 1 }))
    expect([web.locked, refused.locked]).toEqual([false, false])
  })
})

test.each(['stdin', 'signal', 'detach', 'maxOutputBytes'])(
  'an option `%s` whose getter throws rejects the call, and frees its source',
  async (name) => {
    const reason = new Error('a getter')
    for (const method of ['execContainer', 'startExec'] as const) {
      const { runtime, reached } = record()
      const { source, seen } = watched(never)
      const options = Object.defineProperty({ stdin: source }, name, {
        enumerable: true,
        get() {
          throw reason
        },
      })
      expect(await rejection(runtime[method]('box', cat, options))).toBe(reason)
      expect(reached()).toEqual([])
      expect(seen.closed).toBe(name === 'stdin' ? 0 : 1)
    }
  },
)

test('the getters of options, and of a build context, are called once', async () => {
  const { runtime } = record()
  const counted = (name: string, make: () => unknown) => {
    let count = 0
    const value = Object.defineProperty({}, name, {
      enumerable: true,
      get() {
        count += 1
        return make()
      },
    })
    return { value, count: () => count }
  }
  const stdin = counted('stdin', generate)
  await runtime.execContainer('box', cat, stdin.value)
  const tar = counted('tar', generate)
  await runtime.buildImage({ context: tar.value as never })
  const signal = counted('signal', () => new AbortController().signal)
  await runtime.inspectContainer('box', signal.value)
  expect([stdin.count(), tar.count(), signal.count()]).toEqual([1, 1, 1])
})
