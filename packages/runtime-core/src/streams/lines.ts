import type { LogChunk, LogLine } from '../logs.ts'
import type { RuntimeStream } from '../call-options.ts'
import { ByteCollector } from './collect.ts'
import { createStream } from './iterator.ts'

export interface LogLinesOptions {
  /** A longer line is given in pieces of at most this many bytes, cut between characters. Default 1 MiB (1,048,576). */
  readonly maxLineBytes?: number
}

const lineFeed = 0x0a
const carriageReturn = 0x0d

/**
 * Lines over chunks, per stream: a line end is LF or CRLF, wherever chunks cut it; a last line without an end counts.
 * UTF-8 that chunks cut in the middle of a character survives.
 */
export function logLines(chunks: AsyncIterable<LogChunk>, options: LogLinesOptions = {}): RuntimeStream<LogLine> {
  const maximum = options.maxLineBytes ?? 1_048_576
  if (!Number.isSafeInteger(maximum) || maximum < 4) {
    throw new RangeError('logLines: `maxLineBytes` must be a whole number of at least 4.')
  }
  return createStream(() => {
    const iterator = chunks[Symbol.asyncIterator]()
    const splitters = { stdout: new LineSplitter('stdout', maximum), stderr: new LineSplitter('stderr', maximum) }
    let ready: LogLine[] = []
    let next = 0
    let ended = false
    return {
      async pull() {
        while (next >= ready.length) {
          if (ended) return { done: true, value: undefined }
          ready = []
          next = 0
          const result = await iterator.next()
          if (result.done === true) {
            ended = true
            splitters.stdout.end(ready)
            splitters.stderr.end(ready)
          } else {
            splitters[result.value.stream].push(result.value, ready)
          }
        }
        const value = ready[next] as LogLine
        next += 1
        return { done: false, value }
      },
      release() {
        iterator.return?.().catch(() => undefined)
      },
    }
  })
}

class LineSplitter {
  readonly #stream: 'stdout' | 'stderr'
  readonly #maximum: number
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  #line = new ByteCollector()
  #timestamp: string | undefined

  constructor(stream: 'stdout' | 'stderr', maximum: number) {
    this.#stream = stream
    this.#maximum = maximum
  }

  push(chunk: LogChunk, out: LogLine[]): void {
    const { bytes } = chunk
    let start = 0
    while (start < bytes.byteLength) {
      if (this.#line.size === 0) this.#timestamp = chunk.timestamp
      const found = bytes.indexOf(lineFeed, start)
      const end = found === -1 ? bytes.byteLength : found
      this.#append(bytes.subarray(start, end), out)
      if (found !== -1) this.#finish(out, 'line-end')
      start = end + 1
    }
  }

  end(out: LogLine[]): void {
    if (this.#line.size > 0) this.#finish(out, 'end-of-stream')
  }

  #append(bytes: Uint8Array, out: LogLine[]): void {
    let rest = bytes
    while (rest.byteLength > 0 && this.#exceeds(rest)) {
      const room = Math.max(0, this.#maximum - this.#line.size)
      this.#line.add(rest.subarray(0, room))
      rest = rest.subarray(room)
      const carried = this.#finish(out, 'limit')
      this.#line.add(carried)
    }
    this.#line.add(rest)
  }

  /** A CR in the first place beyond the limit may be half of the line's end. */
  #exceeds(more: Uint8Array): boolean {
    const excess = this.#line.size + more.byteLength - this.#maximum
    return excess > 1 || (excess === 1 && more.at(-1) !== carriageReturn)
  }

  /** Emits the line; for a piece of a longer one answers the bytes of a character that was cut. */
  #finish(out: LogLine[], cause: 'line-end' | 'limit' | 'end-of-stream'): Uint8Array {
    const bytes = this.#line.bytes()
    this.#line = new ByteCollector()
    const end = lineLength[cause](bytes)
    out.push({
      stream: this.#stream,
      text: this.#decoder.decode(bytes.subarray(0, end)),
      continues: cause === 'limit',
      ...(this.#timestamp !== undefined && { timestamp: this.#timestamp }),
    })
    return bytes.subarray(cause === 'limit' ? end : bytes.byteLength)
  }
}

/** How much of what was collected is the line, by what ended it: a CR counts as text unless an LF follows. */
const lineLength = {
  'line-end': withoutCarriageReturn,
  limit: wholeCharacters,
  'end-of-stream': (bytes: Uint8Array) => bytes.byteLength,
}

function withoutCarriageReturn(bytes: Uint8Array): number {
  return bytes.at(-1) === carriageReturn ? bytes.byteLength - 1 : bytes.byteLength
}

/** Where the last whole UTF-8 character ends; a CR at the end is held back too, since an LF may follow. */
function wholeCharacters(bytes: Uint8Array): number {
  const { byteLength } = bytes
  if (bytes.at(-1) === carriageReturn) return byteLength - 1
  for (let back = 1; back <= Math.min(4, byteLength); back += 1) {
    const byte = bytes[byteLength - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? byteLength - back : byteLength
  }
  return byteLength
}
