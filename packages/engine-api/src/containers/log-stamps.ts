import type { LogChunk } from '@moorage/runtime-core'
import type { Frame } from '../transport/frames.ts'

/** Where the chunks of a log come from. */
export interface ChunkSource {
  next(): Promise<IteratorResult<LogChunk, undefined>>
  return(): Promise<unknown>
}

const space = 0x20
const lineFeed = 0x0a

/** Longer than any time that an engine writes: what has no space until here has no stamp. */
const longestStamp = 64

/** One stream's pieces, whose every entry begins with a time and a space. */
class StampReader {
  readonly #stream: 'stdout' | 'stderr'
  #stamp: string | undefined
  /** The beginning of a stamp that was cut. */
  #pending: Uint8Array | undefined = new Uint8Array(0)

  constructor(stream: 'stdout' | 'stderr') {
    this.#stream = stream
  }

  beginEntry(): void {
    this.#pending = new Uint8Array(0)
  }

  read(bytes: Uint8Array): LogChunk | undefined {
    let rest = bytes
    if (this.#pending !== undefined) {
      const head = this.#pending.byteLength === 0 ? bytes : Buffer.concat([this.#pending, bytes])
      const end = head.indexOf(space)
      if (end === -1 && head.byteLength < longestStamp) {
        this.#pending = head
        return undefined
      }
      this.#pending = undefined
      this.#stamp = end === -1 ? undefined : Buffer.from(head.subarray(0, end)).toString('latin1')
      rest = end === -1 ? head : head.subarray(end + 1)
    }
    if (rest.byteLength === 0) return undefined
    return { stream: this.#stream, bytes: rest, ...(this.#stamp !== undefined && { timestamp: this.#stamp }) }
  }
}

/** Multiplexed: every frame is an entry, also the later ones of a line that the engine cut. */
export class StampedFrames implements ChunkSource {
  readonly #frames: AsyncIterableIterator<Frame, undefined>
  readonly #readers = { stdout: new StampReader('stdout'), stderr: new StampReader('stderr') }

  constructor(frames: AsyncIterableIterator<Frame, undefined>) {
    this.#frames = frames
  }

  async next(): Promise<IteratorResult<LogChunk, undefined>> {
    for (;;) {
      const result = await this.#frames.next()
      if (result.done === true) return result
      const { stream, begins, bytes } = result.value
      const reader = this.#readers[stream === 'stderr' ? 'stderr' : 'stdout']
      if (begins) reader.beginEntry()
      const chunk = reader.read(bytes)
      if (chunk !== undefined) return { done: false, value: chunk }
    }
  }

  async return(): Promise<void> {
    await this.#frames.return?.()
  }
}

/** A terminal's: every line is an entry. */
export class StampedLines implements ChunkSource {
  readonly #body: AsyncIterableIterator<Uint8Array, undefined>
  readonly #reader = new StampReader('stdout')
  readonly #ready: LogChunk[] = []

  constructor(body: AsyncIterableIterator<Uint8Array, undefined>) {
    this.#body = body
  }

  async next(): Promise<IteratorResult<LogChunk, undefined>> {
    for (;;) {
      const ready = this.#ready.shift()
      if (ready !== undefined) return { done: false, value: ready }
      const result = await this.#body.next()
      if (result.done === true) return result
      this.#split(result.value)
    }
  }

  #split(bytes: Uint8Array): void {
    let start = 0
    while (start < bytes.byteLength) {
      const found = bytes.indexOf(lineFeed, start)
      const end = found === -1 ? bytes.byteLength : found + 1
      const chunk = this.#reader.read(bytes.subarray(start, end))
      if (chunk !== undefined) this.#ready.push(chunk)
      if (found !== -1) this.#reader.beginEntry()
      start = end
    }
  }

  async return(): Promise<void> {
    await this.#body.return?.()
  }
}
