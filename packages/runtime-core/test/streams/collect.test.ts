import { describe, expect, test } from 'vitest'
import { ByteCollector, collectBytes, collectOutput, type LogChunk } from '@moorage/runtime-core'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

function source(...pieces: readonly (readonly [LogChunk['stream'], string])[]) {
  const state = { read: 0, left: false }
  async function* chunks(): AsyncGenerator<LogChunk, undefined> {
    try {
      for (const [stream, text] of pieces) {
        state.read += 1
        yield { stream, bytes: encoder.encode(text) }
      }
    } finally {
      state.left = true
    }
  }
  return { chunks: chunks(), state }
}

describe('collectOutput', () => {
  test('joins each stream, and characters cut by chunks survive', async () => {
    const bytes = encoder.encode('🚢')
    async function* chunks(): AsyncGenerator<LogChunk, undefined> {
      yield { stream: 'stdout', bytes: bytes.subarray(0, 1) }
      yield { stream: 'stderr', bytes: encoder.encode('oops') }
      yield { stream: 'stdout', bytes: bytes.subarray(1) }
    }
    const { stdout, stderr, truncated } = await collectOutput(chunks())
    expect([decoder.decode(stdout), decoder.decode(stderr), truncated]).toEqual(['🚢', 'oops', false])
  })

  test('truncate keeps the beginning of both together and reads on', async () => {
    const { chunks, state } = source(['stdout', 'abc'], ['stderr', 'def'], ['stdout', 'ghi'])
    const { stdout, stderr, truncated } = await collectOutput(chunks, { maxBytes: 5, onLimit: 'truncate' })
    expect([decoder.decode(stdout), decoder.decode(stderr), truncated]).toEqual(['abc', 'de', true])
    expect(state.read).toBe(3)
  })

  test('error throws what it is given and leaves the source', async () => {
    const failure = new Error('too much')
    const { chunks, state } = source(['stdout', 'abc'], ['stdout', 'def'], ['stdout', 'ghi'])
    await expect(collectOutput(chunks, { maxBytes: 5, onLimit: () => failure })).rejects.toBe(failure)
    expect(state).toEqual({ read: 2, left: true })
  })

  test.each(['truncate', () => new Error('too much')] as const)('just the limit is within it (%s)', async (onLimit) => {
    const { chunks } = source(['stdout', 'abc'], ['stderr', 'de'], ['stdout', ''])
    const { stdout, stderr, truncated } = await collectOutput(chunks, { maxBytes: 5, onLimit })
    expect([stdout.byteLength, stderr.byteLength, truncated]).toEqual([3, 2, false])
  })

  test('a limit of 0 keeps nothing', async () => {
    const { chunks } = source(['stdout', 'abc'])
    const { stdout, truncated } = await collectOutput(chunks, { maxBytes: 0, onLimit: 'truncate' })
    expect([stdout.byteLength, truncated]).toEqual([0, true])
  })
})

test('collectBytes joins all bytes', async () => {
  async function* chunks(): AsyncGenerator<Uint8Array, undefined> {
    yield new Uint8Array([1, 2])
    yield new Uint8Array()
    yield new Uint8Array([3])
  }
  expect(await collectBytes(chunks())).toEqual(new Uint8Array([1, 2, 3]))
})

test('a ByteCollector can be asked more than once', () => {
  const collector = new ByteCollector()
  collector.add(new Uint8Array([1]))
  expect(collector.bytes()).toEqual(new Uint8Array([1]))
  collector.add(new Uint8Array([2]))
  expect([collector.size, collector.bytes()]).toEqual([2, new Uint8Array([1, 2])])
})
