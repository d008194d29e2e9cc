import { createReadStream } from 'node:fs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { collectBytes, type ByteSource } from '@moorage/runtime-core'
import { deferred, rejection, turn } from '../deferred.ts'
import { record } from '../recording-adapter.ts'
import { cat, methods, never, reading, text, watched, type Pieces } from './source-methods.ts'

describe.each(methods)('the source of %s', (method, call) => {
  test('is read before the call has returned, one piece ahead', async () => {
    const wait = deferred<undefined>()
    const { runtime } = record({ answers: reading(method, () => wait.promise) })
    const { source, seen } = watched(async () => ({ done: false, value: new Uint8Array([1]) }))
    const pending = call(runtime, source)
    expect(seen).toEqual({ opened: 1, read: 1, closed: 0 })
    for (let turns = 0; turns < 5; turns += 1) await turn()
    expect(seen.read).toBe(1)
    wait.reject(new Error('enough'))
    await rejection(pending)
    expect(seen).toEqual({ opened: 1, read: 1, closed: 1 })
  })

  test('may be the output of a child process that has exited', async () => {
    const child = spawn('printf', ['all of it'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    let found = ''
    const { runtime } = record({
      answers: reading(method, async (source) => {
        await exited
        for (let turns = 0; turns < 10; turns += 1) await turn()
        found = await text(source)
        throw new Error('enough')
      }),
    })
    await rejection(call(runtime, child.stdout))
    expect(found).toBe('all of it')
  })

  test('is closed unread when the call is refused, aborted before, or made after close()', async () => {
    const { runtime, reached } = record()
    const refused = watched(never)
    await rejection(call(runtime, refused.source, { unknown: 1 }))
    const aborted = watched(never)
    await rejection(call(runtime, aborted.source, { signal: AbortSignal.abort() }))
    await runtime.close()
    const late = watched(never)
    await rejection(call(runtime, late.source))
    for (const { seen } of [refused, aborted, late]) expect(seen).toEqual({ opened: 1, read: 0, closed: 1 })
    expect(reached()).toEqual(['close'])
  })

  test.each(['an abort', 'close()'])(
    'is closed by %s while it yields nothing, and its reader gets the reason',
    async (how) => {
      const read = deferred<unknown>()
      const answers = reading(method, async (source) => {
        read.resolve(await rejection(text(source)))
        return never()
      })
      const { runtime } = record({ answers, closeTimeoutMs: 0 })
      const { source, seen } = watched(never)
      const controller = new AbortController()
      const pending = rejection(call(runtime, source, { signal: controller.signal }))
      await turn()
      if (how === 'an abort') controller.abort('enough')
      else await runtime.close()
      const reason = await pending
      expect(await read.promise).toBe(reason)
      expect(seen.closed).toBe(1)
    },
  )

  test('is destroyed as a stream of Node, and cancelled as one of the web, while it yields nothing', async () => {
    const { runtime } = record({ answers: reading(method, never) })
    const node = new PassThrough()
    let cancelled = false
    const web = new ReadableStream<Uint8Array>({
      cancel() {
        cancelled = true
      },
    })
    const controller = new AbortController()
    const pending = [node, web as unknown as Pieces].map((source) =>
      rejection(call(runtime, source, { signal: controller.signal })),
    )
    await turn()
    controller.abort('enough')
    expect(await Promise.all(pending)).toEqual(['enough', 'enough'])
    expect([node.destroyed, cancelled]).toEqual([true, true])
  })

  test('that fails before the adapter reads it is the failure that the adapter reads', async () => {
    const answers = reading(method, async (source) => {
      for (let turns = 0; turns < 10; turns += 1) await turn()
      await text(source)
    })
    const { runtime } = record({ answers })
    expect(await rejection(call(runtime, createReadStream('/no/such/file')))).toMatchObject({ code: 'ENOENT' })
    const failed = new Readable({ read: () => undefined })
    const reason = new Error('ran dry')
    failed.destroy(reason)
    expect(await rejection(call(runtime, failed))).toBe(reason)
    // A refused source has no other listener.
    expect(await rejection(call(runtime, createReadStream('/no/such/file'), { unknown: 1 }))).toMatchObject({
      code: 'INVALID_ARGUMENT',
    })
    await turn()
  })

  test('is not closed again when it has ended', async () => {
    const { runtime } = record({ answers: reading(method, async (source) => Promise.reject(await text(source))) })
    const pieces = [new Uint8Array([65]), new Uint8Array(0), new Uint8Array([66])]
    const { source, seen } = watched(async () => {
      const value = pieces.shift()
      return value === undefined ? { done: true, value } : { done: false, value }
    })
    expect(await rejection(call(runtime, source))).toBe('AB')
    expect(seen).toEqual({ opened: 1, read: 4, closed: 0 })
  })
})

describe('a source that cannot be read', () => {
  const refusal = async (content: ByteSource): Promise<unknown> => {
    const { runtime, reached } = record()
    const error = await rejection(runtime.writeFile('box', '/a', content))
    expect(reached()).toEqual([])
    return error
  }
  const invalid = { code: 'INVALID_ARGUMENT', details: { field: 'content' } }

  test('has ended, is destroyed, is locked, or was read by an earlier call', async () => {
    const ended = Readable.from([Buffer.from('a')])
    await collectBytes(ended)
    expect(await refusal(ended)).toMatchObject(invalid)
    const destroyed = new PassThrough()
    destroyed.destroy()
    expect(await refusal(destroyed)).toMatchObject(invalid)
    const locked = new Blob(['a']).stream()
    const reader = locked.getReader()
    expect(await refusal(locked as unknown as Pieces)).toMatchObject(invalid)
    expect((await reader.read()).done).toBe(false)
    const consumed = Readable.toWeb(Readable.from([Buffer.from('a')]))
    for await (const _piece of consumed);
    expect(await refusal(consumed as unknown as Pieces)).toMatchObject(invalid)
    const generator = (async function* () {
      yield 'a'
    })()
    const { runtime } = record({
      answers: { writeFile: async (_id, _path, content) => void (await text(content as Pieces)) },
    })
    await runtime.writeFile('box', '/a', generator)
    expect(await rejection(runtime.writeFile('box', '/a', generator))).toMatchObject(invalid)
  })

  test('has no iterator', async () => {
    expect(await refusal({ [Symbol.asyncIterator]: 5 } as unknown as Pieces)).toMatchObject(invalid)
  })

  test('throws where it should answer', async () => {
    const reason = new Error('no iterator')
    const throwing: Pieces = {
      [Symbol.asyncIterator]() {
        throw reason
      },
    }
    expect(await refusal(throwing)).toBe(reason)
    const wrong = { [Symbol.asyncIterator]: () => ({ next: () => 5 }) } as unknown as Pieces
    const { runtime } = record({ answers: reading('writeFile', text) })
    expect(await rejection(runtime.writeFile('box', '/a', wrong))).toMatchObject(invalid)
  })
})

test('an empty stream of the web is empty content', async () => {
  let found: string | undefined
  const { runtime } = record({
    answers: reading('writeFile', async (source) => {
      found = await text(source)
    }),
  })
  await runtime.writeFile('box', '/a', new Blob([]).stream() as unknown as Pieces)
  expect(found).toBe('')
})

test('a detached process has no stdin', async () => {
  const { runtime } = record()
  const { source, seen } = watched(never)
  const error = await rejection(runtime.startExec('box', cat, { stdin: source, detach: true }))
  expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'options.stdin' } })
  expect(seen).toEqual({ opened: 1, read: 0, closed: 1 })
})
