import type { LogChunk } from '../logs.ts'

/** Bytes kept as they came and joined once. */
export class ByteCollector {
  readonly #chunks: Uint8Array[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  add(chunk: Uint8Array): void {
    if (chunk.byteLength === 0) return
    this.#chunks.push(chunk)
    this.#size += chunk.byteLength
  }

  bytes(): Uint8Array {
    const joined = new Uint8Array(this.#size)
    let offset = 0
    for (const chunk of this.#chunks) {
      joined.set(chunk, offset)
      offset += chunk.byteLength
    }
    return joined
  }
}

/** Both streams of a process, collected. */
export interface CollectedOutput {
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
  /** Whether something beyond the limit was left out. */
  readonly truncated: boolean
}

/** How much to collect, and what to do with more. */
export interface CollectLimit {
  /** For both streams together; default no limit. */
  readonly maxBytes?: number
  /** `error` calls `onLimit` and throws what it returns; `truncate` keeps the beginning and reads on. */
  readonly onLimit: 'truncate' | (() => Error)
}

/** Collects chunks until they end. Decode the result once, as a whole, so that characters cut by chunks survive. */
export async function collectOutput(
  chunks: AsyncIterable<LogChunk>,
  limit: CollectLimit = { onLimit: 'truncate' },
): Promise<CollectedOutput> {
  const collectors = { stdout: new ByteCollector(), stderr: new ByteCollector() }
  const maximum = limit.maxBytes ?? Number.POSITIVE_INFINITY
  let truncated = false
  for await (const { stream, bytes } of chunks) {
    const room = maximum - collectors.stdout.size - collectors.stderr.size
    if (bytes.byteLength > room) {
      if (limit.onLimit !== 'truncate') throw limit.onLimit()
      truncated = true
    }
    collectors[stream].add(bytes.subarray(0, Math.max(0, Math.min(room, bytes.byteLength))))
  }
  return { stdout: collectors.stdout.bytes(), stderr: collectors.stderr.bytes(), truncated }
}

/** All bytes of an iterable, joined. */
export async function collectBytes(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const collector = new ByteCollector()
  for await (const chunk of chunks) collector.add(chunk)
  return collector.bytes()
}
