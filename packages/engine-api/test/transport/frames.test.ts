import { describe, expect, it } from 'vitest'
import { TransportError } from '../../src/transport/errors.ts'
import { demultiplex, type Frame, FrameDecoder } from '../../src/transport/frames.ts'
import { frame, rejection } from './scripted-server.ts'

async function* chunksOf(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, undefined> {
  yield* chunks
}

async function framesOf(...chunks: readonly Uint8Array[]): Promise<Frame[]> {
  const frames: Frame[] = []
  for await (const piece of demultiplex(chunksOf(...chunks))) frames.push(piece)
  return frames
}

/** What came on each stream, and the order of the streams. */
function joined(frames: readonly Frame[]): Record<string, string> {
  const parts: Record<string, Uint8Array[]> = {}
  for (const { stream, bytes } of frames) (parts[stream] ??= []).push(bytes)
  return Object.fromEntries(Object.entries(parts).map(([stream, bytes]) => [stream, Buffer.concat(bytes).toString()]))
}

describe('demultiplex', () => {
  it('gives each stream its bytes, in order', async () => {
    const frames = await framesOf(Buffer.concat([frame(1, 'out1'), frame(2, 'err1'), frame(0, 'in'), frame(1, 'out2')]))
    expect(frames.map(({ stream, bytes }) => [stream, Buffer.from(bytes).toString()])).toEqual([
      ['stdout', 'out1'],
      ['stderr', 'err1'],
      ['stdin', 'in'],
      ['stdout', 'out2'],
    ])
  })

  it('is the same wherever the network cuts it', async () => {
    const whole = Buffer.concat([frame(1, 'héllo 🚢'), frame(2, ''), frame(2, 'wörld'), frame(1, '!')])
    for (let cut = 0; cut <= whole.length; cut += 1) {
      const frames = await framesOf(whole.subarray(0, cut), whole.subarray(cut))
      expect(joined(frames)).toEqual({ stdout: 'héllo 🚢!', stderr: 'wörld' })
    }
    const single = await framesOf(...[...whole].map((byte) => Uint8Array.of(byte)))
    expect(joined(single)).toEqual({ stdout: 'héllo 🚢!', stderr: 'wörld' })
  })

  it('takes 200,000 tiny frames in one chunk', async () => {
    const tiny = Array.from({ length: 200_000 }, (_, index) => frame(1 + (index % 2), `${index % 10}\n`))
    let count = 0
    for await (const { stream, bytes } of demultiplex(chunksOf(Buffer.concat(tiny)))) {
      if (bytes[0] !== 0x30 + (count % 10) || stream !== (count % 2 === 0 ? 'stdout' : 'stderr'))
        throw new Error(`frame ${count}`)
      count += 1
    }
    expect(count).toBe(200_000)
  })

  it('passes a frame of 32 MiB on piece by piece, without copying it', () => {
    const whole = frame(1, Buffer.alloc(32 * 1024 * 1024, 1))
    const decoder = new FrameDecoder()
    let bytes = 0
    for (let at = 0; at < whole.length; at += 65_536) {
      const chunk = whole.subarray(at, at + 65_536)
      decoder.push(chunk, (piece) => {
        expect(piece.bytes.buffer).toBe(whole.buffer)
        bytes += piece.bytes.length
      })
      // Nothing but the header is ever held back.
      expect(bytes).toBe(Math.min(at + 65_536, whole.length) - 8)
    }
    decoder.end()
  })

  it('reads a length of more than 2 GiB as one', () => {
    const decoder = new FrameDecoder()
    decoder.push(Uint8Array.of(1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff), () => {})
    expect(() => decoder.end()).toThrow(/4294967295 bytes short/)
  })

  it('throws the daemon’s own error with its text, after what came before it', async () => {
    for (const size of [1, 3, 1000]) {
      const whole = Buffer.concat([frame(1, 'before'), frame(3, 'no space left\n'), frame(1, 'after')])
      const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
        whole.subarray(index * size, (index + 1) * size),
      )
      const seen: Frame[] = []
      const error = await rejection(
        (async () => {
          for await (const piece of demultiplex(chunksOf(...chunks))) seen.push(piece)
        })(),
      )
      expect(error).toBeInstanceOf(TransportError)
      expect(error).toMatchObject({ kind: 'daemon', message: 'no space left' })
      expect(joined(seen)).toEqual({ stdout: 'before' })
    }
  })

  it.each([
    ['an unknown type', Uint8Array.of(4, 0, 0, 0, 0, 0, 0, 1, 65)],
    ['text', Buffer.from('hello world')],
    ['padding', Uint8Array.of(1, 0, 0, 1, 0, 0, 0, 1, 65)],
  ])('refuses %s', async (_, bytes) => {
    expect(await rejection(framesOf(bytes))).toMatchObject({ kind: 'protocol' })
    expect(await rejection(framesOf(...[...bytes].map((byte) => Uint8Array.of(byte))))).toMatchObject({
      kind: 'protocol',
    })
  })

  it('reports an end within a frame, wherever it is', async () => {
    const whole = frame(1, 'hello')
    for (let cut = 1; cut < whole.length; cut += 1) {
      const error = await rejection(framesOf(whole.subarray(0, cut)))
      expect(error).toMatchObject({ kind: 'protocol' })
      expect(error).toHaveProperty('message', expect.stringContaining('truncated'))
    }
    expect(await framesOf()).toEqual([])
  })

  it('return() settles while next() is pending, and closes the source', async () => {
    let closed = false
    const never: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: () => {
          closed = true
          return new Promise(() => {})
        },
      }),
    }
    const frames = demultiplex(never)
    const pending = [frames.next(), frames.next()]
    await frames.return()
    expect(await Promise.all(pending)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ])
    expect(closed).toBe(true)
    expect(await frames.next()).toEqual({ done: true, value: undefined })
  })

  it('closes the source when the loop is left, and when the bytes are wrong', async () => {
    let closings = 0
    const source = (bytes: Uint8Array): AsyncIterable<Uint8Array> => ({
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.resolve({ done: false, value: bytes }),
        return: () => {
          closings += 1
          return Promise.resolve({ done: true, value: undefined })
        },
      }),
    })
    for await (const piece of demultiplex(source(frame(1, 'x')))) if (piece.stream === 'stdout') break
    expect(closings).toBe(1)
    await rejection(demultiplex(source(Buffer.from('not framed'))).next())
    expect(closings).toBe(2)
  })

  it('passes the source’s failure on, after the frames before it', async () => {
    const failure = new Error('gone')
    const frames = demultiplex(
      (async function* () {
        yield frame(1, 'x')
        throw failure
      })(),
    )
    expect(await frames.next()).toMatchObject({ done: false })
    expect(await rejection(frames.next())).toBe(failure)
    expect(await rejection(frames.next())).toBe(failure)
  })

  it('reads no further than it is asked to', async () => {
    let pulled = 0
    const frames = demultiplex(
      (async function* () {
        for (;;) {
          pulled += 1
          yield Buffer.concat([frame(1, 'a'), frame(1, 'b')])
        }
      })(),
    )
    await frames.next()
    await frames.next()
    expect(pulled).toBe(1)
    await frames.next()
    expect(pulled).toBe(2)
  })
})
