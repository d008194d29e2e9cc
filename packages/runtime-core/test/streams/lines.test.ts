import { describe, expect, test } from 'vitest'
import { logLines, streamFrom, type LogChunk, type LogLine, type LogLinesOptions } from '@moorage/runtime-core'

const encoder = new TextEncoder()
type Stream = LogChunk['stream']

const chunk = (text: string | Uint8Array, stream: Stream = 'stdout', timestamp?: string): LogChunk => ({
  stream,
  bytes: typeof text === 'string' ? encoder.encode(text) : text,
  ...(timestamp !== undefined && { timestamp }),
})

async function lines(chunks: readonly LogChunk[], options?: LogLinesOptions): Promise<readonly LogLine[]> {
  async function* source(): AsyncGenerator<LogChunk, undefined> {
    yield* chunks
  }
  const all: LogLine[] = []
  for await (const line of logLines(source(), options)) all.push(line)
  return all
}

async function texts(chunks: readonly LogChunk[], options?: LogLinesOptions): Promise<readonly string[]> {
  return (await lines(chunks, options)).map(({ text }) => text)
}

describe('logLines', () => {
  const text = 'plain\r\nñandú €uro 🚢\n\n\r\nlone\rreturn\nlast'
  const expected = ['plain', 'ñandú €uro 🚢', '', '', 'lone\rreturn', 'last']
  const bytes = encoder.encode(text)

  test.each([...bytes.keys()])('cut in two at byte %i', async (offset) => {
    expect(await texts([chunk(bytes.subarray(0, offset)), chunk(bytes.subarray(offset))])).toEqual(expected)
  })

  test.each([1, 2, 3, 4, 5, 7])('cut into pieces of %i bytes', async (size) => {
    const pieces: LogChunk[] = []
    for (let start = 0; start < bytes.byteLength; start += size) pieces.push(chunk(bytes.subarray(start, start + size)))
    expect(await texts(pieces)).toEqual(expected)
  })

  test('gives nothing for nothing, and no line after the last line end', async () => {
    expect(await texts([])).toEqual([])
    expect(await texts([chunk('')])).toEqual([])
    expect(await texts([chunk('a\n')])).toEqual(['a'])
    expect(await texts([chunk('\n')])).toEqual([''])
  })

  test('keeps a CR at the very end: it is half of no line end', async () => {
    expect(await texts([chunk('50%\r')])).toEqual(['50%\r'])
  })

  test('keeps a byte order mark, and replaces what is no UTF-8', async () => {
    expect(await texts([chunk('\uFEFFa\n')])).toEqual(['\uFEFFa'])
    expect(await texts([chunk(new Uint8Array([0x61, 0xff, 0x62, 0x0a]))])).toEqual(['a\uFFFDb'])
  })

  test('does not mix the two streams', async () => {
    const all = await lines([
      chunk('out', 'stdout'),
      chunk('err\n', 'stderr'),
      chunk('put\n', 'stdout'),
      chunk('or', 'stderr'),
    ])
    expect(all.map(({ stream, text: line }) => [stream, line])).toEqual([
      ['stderr', 'err'],
      ['stdout', 'output'],
      ['stderr', 'or'],
    ])
  })

  test('gives a line the time of its first chunk', async () => {
    const all = await lines([chunk('a', 'stdout', 't1'), chunk('b\nc', 'stdout', 't2'), chunk('\nd\n', 'stdout', 't3')])
    expect(all.map(({ text: line, timestamp }) => [line, timestamp])).toEqual([
      ['ab', 't1'],
      ['c', 't2'],
      ['d', 't3'],
    ])
  })

  test('gives no time where there is none', async () => {
    expect((await lines([chunk('a\n')]))[0]).toEqual({ stream: 'stdout', text: 'a', continues: false })
  })
})

describe('maxLineBytes', () => {
  test('cuts a longer line into pieces that say so', async () => {
    expect(await lines([chunk('abcdefghij\nk\n')], { maxLineBytes: 4 })).toEqual([
      { stream: 'stdout', text: 'abcd', continues: true },
      { stream: 'stdout', text: 'efgh', continues: true },
      { stream: 'stdout', text: 'ij', continues: false },
      { stream: 'stdout', text: 'k', continues: false },
    ])
  })

  test.each(['\n', '\r\n'])(
    'leaves a line of just that length whole, ended by %j, wherever it is cut',
    async (lineEnd) => {
      const bytes = encoder.encode(`abcd${lineEnd}efgh${lineEnd}`)
      for (const offset of bytes.keys()) {
        const all = await lines([chunk(bytes.subarray(0, offset)), chunk(bytes.subarray(offset))], { maxLineBytes: 4 })
        expect(all.map(({ text, continues }) => [text, continues])).toEqual([
          ['abcd', false],
          ['efgh', false],
        ])
      }
    },
  )

  test('loses nothing, cuts no character, and does not depend on how the bytes came', async () => {
    const text = 'a€b🚢c\rd€🚢🚢ñññ\r\r\rxyz🚢'
    const bytes = encoder.encode(text)
    const whole = await texts([chunk(`${text}\r\n`)], { maxLineBytes: 5 })
    expect(whole.join('')).toBe(text)
    for (const piece of whole) expect(encoder.encode(piece).byteLength).toBeLessThanOrEqual(5)
    for (const offset of bytes.keys()) {
      const chunks = [chunk(bytes.subarray(0, offset)), chunk(bytes.subarray(offset)), chunk('\r'), chunk('\n')]
      expect((await texts(chunks, { maxLineBytes: 5 })).join('')).toBe(text)
    }
  })

  test('gets through bytes that are no UTF-8', async () => {
    const all = await lines([chunk(new Uint8Array(11).fill(0x80))], { maxLineBytes: 4 })
    expect(all.map(({ text }) => text.length)).toEqual([4, 4, 3])
  })

  test.each([3, 0, -1, 4.5, Number.NaN, Number.POSITIVE_INFINITY])('of %s is refused', (maxLineBytes) => {
    expect(() => logLines(streamFrom(nothing()), { maxLineBytes })).toThrow(RangeError)
  })
})

async function* nothing(): AsyncGenerator<LogChunk, undefined> {}

describe('the source of lines', () => {
  test('is freed when the loop is left', async () => {
    let left = false
    async function* source(): AsyncGenerator<LogChunk, undefined> {
      try {
        for (;;) yield chunk('a\nb\n')
      } finally {
        left = true
      }
    }
    for await (const _line of logLines(source())) break
    expect(left).toBe(true)
  })

  test('passes its error on after the lines before it', async () => {
    const failure = new Error('down')
    async function* source(): AsyncGenerator<LogChunk, undefined> {
      yield chunk('a\nb')
      throw failure
    }
    const all = logLines(source())
    expect(await all.next()).toMatchObject({ value: { text: 'a' } })
    await expect(all.next()).rejects.toBe(failure)
    expect(await all.next()).toEqual({ done: true, value: undefined })
  })
})
