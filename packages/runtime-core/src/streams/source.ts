import type { ByteSource } from '../call-options.ts'
import { describeType } from '../guard/checks.ts'

/** Reads what a caller hands over, piece by piece. */
export interface SourceReader {
  /** The next piece, or `undefined` at the end. Rejects with the source's own error, and with a TypeError for a piece that is neither text nor bytes. */
  next(): Promise<string | Uint8Array | undefined>
  /** Closes a source that is no longer wanted, without waiting for it. */
  leave(): void
}

export function readSource(source: ByteSource): SourceReader {
  const isWhole = typeof source === 'string' || source instanceof Uint8Array
  const iterator = isWhole ? wholeOf(source) : source[Symbol.asyncIterator]()
  return {
    async next() {
      const result: IteratorResult<unknown, unknown> = await iterator.next()
      if (result.done === true) return undefined
      const { value } = result
      if (typeof value === 'string' || value instanceof Uint8Array) return value
      iterator.return?.().catch(() => undefined)
      throw new TypeError(`it has yielded ${describeType(value)}, and not text or bytes`)
    },
    leave() {
      // A generator's `return()` settles only after its pending `next()`, which may be never.
      iterator.return?.().catch(() => undefined)
    },
  }
}

async function* wholeOf(piece: string | Uint8Array): AsyncGenerator<string | Uint8Array, undefined> {
  yield piece
}
