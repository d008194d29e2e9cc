import type { Readable } from 'node:stream'
import { connectionLost, TransportError } from './errors.ts'
import type { Lifetime } from './lifetime.ts'
import { parseJson } from './json.ts'
import { Mailbox } from './mailbox.ts'

/** The source is paused with this much waiting for a slow reader, and resumed at half of it. */
const HIGH_WATER_BYTES = 256 * 1024
const LOW_WATER_BYTES = HIGH_WATER_BYTES / 2

/** What `readText` and `readJson` take at most unless told otherwise. */
const DEFAULT_LIMIT_BYTES = 64 * 1024 * 1024

/** What `discard` reads on for at most, so that the connection can be used again, before it drops the connection. */
const DISCARD_LIMIT_BYTES = 256 * 1024

/** What the stream needs to know about where its bytes come from. */
export interface ByteSource {
  readonly readable: Readable
  /** The call that the bytes belong to. */
  readonly call: Lifetime
  /** Asked at an 'end', for a cut answer ends as well: what cut it, or nothing if the end is the real one. */
  readonly cut: () => { readonly cause: unknown } | undefined
  /** The bytes have all arrived. */
  readonly onEnd: () => void
  /** Closes the connection under the bytes. */
  readonly drop: () => void
}

/**
 * The bytes of an answer, read by one reader, once. Reading starts at once and goes on while the reader keeps up, so
 * that a short answer which nobody reads does not hold its connection; a long one is paused for a slow reader.
 *
 * `return()` settles at once, also while a `next()` is pending, and drops the connection if bytes are still to come.
 * A connection that ends too early rejects with `connection-lost`, after the bytes that did arrive; an abort and a
 * closed transport reject at once.
 */
export class ByteStream implements AsyncIterableIterator<Uint8Array, undefined>, AsyncDisposable {
  readonly #mailbox = new Mailbox<Uint8Array>()
  readonly #source: ByteSource
  #waitingBytes = 0
  #sourceOver = false
  #returned = false

  constructor(source: ByteSource) {
    this.#source = source
    const { readable, call } = source
    call.whenStopped((reason) => this.#stop(reason))
    readable.on('data', (chunk: Uint8Array) => this.#accept(chunk))
    readable.once('end', () => this.#end())
    readable.on('error', (error) => this.#lose(error))
    readable.once('close', () => this.#lose())
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const { signal } = this.#source.call
    // All may have arrived, and the call be over, before the abort: what is left must not be read as a success.
    if (signal?.aborted === true && !this.#returned && !this.#isSettled()) return Promise.reject(signal.reason)
    const chunk = this.#mailbox.takeQueued()
    if (chunk === undefined) return this.#mailbox.take()
    this.#waitingBytes -= chunk.length
    if (this.#waitingBytes <= LOW_WATER_BYTES && !this.#sourceOver && this.#source.readable.isPaused()) {
      this.#source.readable.resume()
    }
    return Promise.resolve({ done: false, value: chunk })
  }

  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#returned = true
    this.#mailbox.close()
    this.#waitingBytes = 0
    if (!this.#sourceOver) {
      this.#sourceOver = true
      this.#source.call.finish()
      this.#source.drop()
    }
    return Promise.resolve({ done: true, value: undefined })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  /** The bytes as UTF-8 text. Past the limit the rest is dropped with its connection, and the text is cut there. */
  async readText(limitBytes: number = DEFAULT_LIMIT_BYTES): Promise<string> {
    const { bytes, cut } = await this.#collect(limitBytes)
    // A character that the cut went through is left out; `stream` keeps the decoder from replacing it.
    return new TextDecoder().decode(bytes, { stream: cut })
  }

  /** The one JSON value that the bytes are; anything else, and more than the limit, is a `protocol` error. */
  async readJson(limitBytes: number = DEFAULT_LIMIT_BYTES): Promise<unknown> {
    const { bytes, cut } = await this.#collect(limitBytes)
    if (cut) throw new TransportError('protocol', `the answer is longer than ${limitBytes} bytes`)
    const text = new TextDecoder().decode(bytes)
    return parseJson(text, 'the answer')
  }

  /**
   * Throws the bytes away: reads a short rest to its end, so that the connection can be used again, and drops the
   * connection of a long one. For answers that end by themselves; leave a stream that lasts with `return()`.
   */
  async discard(): Promise<void> {
    let seen = 0
    for (;;) {
      const { done, value } = await this.next()
      if (done === true) return
      seen += value.length
      if (seen > DISCARD_LIMIT_BYTES) {
        await this.return()
        return
      }
    }
  }

  async #collect(limitBytes: number): Promise<{ readonly bytes: Uint8Array; readonly cut: boolean }> {
    const chunks: Uint8Array[] = []
    let total = 0
    for (;;) {
      const { done, value } = await this.next()
      if (done === true) return { bytes: joined(chunks, total), cut: false }
      chunks.push(value)
      total += value.length
      if (total > limitBytes) {
        await this.return()
        return { bytes: joined(chunks, total).subarray(0, limitBytes), cut: true }
      }
    }
  }

  #isSettled(): boolean {
    return this.#mailbox.ended && this.#mailbox.size === 0
  }

  #accept(chunk: Uint8Array): void {
    if (this.#mailbox.ended) return
    if (!this.#mailbox.hasWaiters) {
      this.#waitingBytes += chunk.length
      if (this.#waitingBytes >= HIGH_WATER_BYTES) this.#source.readable.pause()
    }
    this.#mailbox.put(chunk)
  }

  #end(): void {
    if (this.#sourceOver) return
    const cut = this.#source.cut()
    if (cut !== undefined) {
      this.#lose(cut.cause)
      return
    }
    this.#sourceOver = true
    this.#mailbox.finish()
    this.#source.onEnd()
  }

  #lose(cause?: unknown): void {
    if (this.#sourceOver) return
    this.#sourceOver = true
    this.#mailbox.fail(connectionLost('before the answer had ended', cause))
    this.#source.call.finish()
    this.#source.drop()
  }

  #stop(reason: unknown): void {
    this.#sourceOver = true
    this.#waitingBytes = 0
    this.#mailbox.close({ reason })
    this.#source.drop()
  }
}

function joined(chunks: readonly Uint8Array[], total: number): Uint8Array {
  const [only] = chunks
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, total)
}
