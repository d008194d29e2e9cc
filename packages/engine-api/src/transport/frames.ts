import { DecodedItems, type Decoder } from './decoding.ts'
import { TransportError } from './errors.ts'

/** `stdin` is what an engine echoes of the input; most never send it. */
export type FrameStream = 'stdin' | 'stdout' | 'stderr'

/** A piece of one stream. A long frame comes in several pieces, as its bytes arrive. */
export interface Frame {
  readonly stream: FrameStream
  /** Whether a frame begins with this piece. */
  readonly begins: boolean
  /** A view of the chunk that was pushed, not a copy. */
  readonly bytes: Uint8Array
}

const HEADER_BYTES = 8
const SYSTEM_ERROR = 3

/** How much of a daemon's own message is kept. */
const ERROR_TEXT_BYTES = 64 * 1024

const STREAMS: readonly FrameStream[] = ['stdin', 'stdout', 'stderr']

/** The stream ended within a frame: the engine wrote too little, or the connection was cut in an orderly way. */
export class TruncatedFrame extends TransportError {
  constructor(message: string) {
    super('protocol', message)
  }
}

/**
 * Takes apart Docker's multiplexed streams: before each frame a type byte, three zero bytes and the length in four
 * bytes, big-endian. Payloads are passed on as views as they arrive, so that neither the number of frames in a chunk
 * nor the length of a frame costs more than its bytes.
 *
 * A frame of type 3 is the daemon's own error and is thrown with its text (kind `daemon`). Any other type, a padding
 * that is not zero, and an end within a frame are `protocol` errors.
 */
export class FrameDecoder implements Decoder<Frame> {
  readonly #header = new Uint8Array(HEADER_BYTES)
  #headerBytes = 0
  #type = 0
  /** What is still to come of the frame's payload. */
  #rest = 0
  #begins = true
  #errorText: Uint8Array[] = []
  #errorBytes = 0

  push(chunk: Uint8Array, emit: (frame: Frame) => void): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#rest === 0) {
        at = this.#readHeader(chunk, at)
        if (this.#headerBytes > 0) return
        if (this.#rest === 0) this.#endFrame()
      } else {
        const end = Math.min(chunk.length, at + this.#rest)
        this.#rest -= end - at
        const stream = STREAMS[this.#type]
        if (stream === undefined) this.#keepError(chunk.subarray(at, end))
        else emit({ stream, begins: this.#begins, bytes: chunk.subarray(at, end) })
        this.#begins = false
        at = end
        if (this.#rest === 0) this.#endFrame()
      }
    }
  }

  end(): void {
    if (this.#headerBytes === 0 && this.#rest === 0) return
    const missing = this.#rest === 0 ? HEADER_BYTES - this.#headerBytes : this.#rest
    const where = this.#rest === 0 ? 'the header of a frame' : 'a frame'
    throw new TruncatedFrame(`the stream was truncated: it ended within ${where}, ${missing} bytes short`)
  }

  /** Reads as much of a header as there is; `#headerBytes` is 0 again once it is whole. */
  #readHeader(chunk: Uint8Array, from: number): number {
    if (this.#headerBytes === 0 && chunk.length - from >= HEADER_BYTES) {
      this.#beginFrame(chunk, from)
      return from + HEADER_BYTES
    }
    const end = Math.min(chunk.length, from + HEADER_BYTES - this.#headerBytes)
    this.#header.set(chunk.subarray(from, end), this.#headerBytes)
    this.#headerBytes += end - from
    if (this.#headerBytes === HEADER_BYTES) {
      this.#headerBytes = 0
      this.#beginFrame(this.#header, 0)
    }
    return end
  }

  #beginFrame(bytes: Uint8Array, at: number): void {
    const type = byteAt(bytes, at)
    const padding = byteAt(bytes, at + 1) | byteAt(bytes, at + 2) | byteAt(bytes, at + 3)
    if (type > SYSTEM_ERROR || padding !== 0) {
      throw new TransportError('protocol', 'the stream is not multiplexed as it should be: a frame has no valid header')
    }
    this.#type = type
    this.#begins = true
    // The multiplication keeps the uppermost bit from making it negative.
    this.#rest =
      byteAt(bytes, at + 4) * 0x1000000 +
      ((byteAt(bytes, at + 5) << 16) | (byteAt(bytes, at + 6) << 8) | byteAt(bytes, at + 7))
  }

  #keepError(piece: Uint8Array): void {
    if (this.#errorBytes >= ERROR_TEXT_BYTES) return
    this.#errorText.push(piece)
    this.#errorBytes += piece.length
  }

  #endFrame(): void {
    if (this.#type !== SYSTEM_ERROR) return
    const text = Buffer.concat(this.#errorText).subarray(0, ERROR_TEXT_BYTES).toString('utf8').trim()
    this.#errorText = []
    this.#errorBytes = 0
    throw new TransportError('daemon', text === '' ? 'the engine ended the stream with an error' : text)
  }
}

/** The frames of a multiplexed stream; leaving the loop closes the source. */
export function demultiplex(source: AsyncIterable<Uint8Array>): DecodedItems<Frame> {
  return new DecodedItems(source, new FrameDecoder())
}

/** A byte within the chunk: the lengths are checked before. */
function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0
}
