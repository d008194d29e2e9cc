import { DecodedItems, type Decoder } from './decoding.ts'
import { TransportError } from './errors.ts'
import { parseJson } from './json.ts'

const NEWLINE = 0x0a

/** A line longer than this is not a message, but something that only looks like a stream of them. */
const LINE_LIMIT_BYTES = 64 * 1024 * 1024

/**
 * JSON messages, one a line, as engines send progress, events and statistics. Lines are decoded whole, so that a
 * character cut in two by the network survives; the last one counts without its newline; empty ones are skipped.
 * What is not JSON is a `protocol` error, which quotes nothing of it.
 */
export class JsonLinesDecoder implements Decoder<unknown> {
  /** The beginning of a line whose end has not come yet, in pieces: each byte is joined once. */
  #pieces: Uint8Array[] = []
  #pieceBytes = 0
  readonly #prepare: (line: string) => string

  /** `prepare` sees a line before it is parsed: for numbers that JavaScript would round. */
  constructor(prepare: (line: string) => string = (line) => line) {
    this.#prepare = prepare
  }

  push(chunk: Uint8Array, emit: (message: unknown) => void): void {
    let from = 0
    for (let newline = chunk.indexOf(NEWLINE); newline !== -1; newline = chunk.indexOf(NEWLINE, from)) {
      this.#endLine(chunk.subarray(from, newline), emit)
      from = newline + 1
    }
    if (from === chunk.length) return
    this.#pieces.push(chunk.subarray(from))
    this.#pieceBytes += chunk.length - from
    if (this.#pieceBytes > LINE_LIMIT_BYTES) {
      throw new TransportError('protocol', `the engine sent a message of more than ${LINE_LIMIT_BYTES} bytes`)
    }
  }

  end(emit: (message: unknown) => void): void {
    this.#endLine(new Uint8Array(0), emit)
  }

  #endLine(last: Uint8Array, emit: (message: unknown) => void): void {
    let line = last
    if (this.#pieceBytes > 0) {
      this.#pieces.push(last)
      line = Buffer.concat(this.#pieces, this.#pieceBytes + last.length)
      this.#pieces = []
      this.#pieceBytes = 0
    }
    const text = Buffer.from(line.buffer, line.byteOffset, line.length).toString('utf8')
    if (text.trim() !== '') emit(parseJson(this.#prepare(text), 'a line that the engine sent'))
  }
}

/** The messages of a stream of JSON lines; leaving the loop closes the source. */
export function jsonMessages(
  source: AsyncIterable<Uint8Array>,
  prepare?: (line: string) => string,
): DecodedItems<unknown> {
  return new DecodedItems(source, new JsonLinesDecoder(prepare))
}
