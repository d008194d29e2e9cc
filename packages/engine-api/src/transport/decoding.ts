import { Mailbox } from './mailbox.ts'
import { closeQuietly } from './upload.ts'

/** Makes items of chunks; throws where the bytes are not what they should be. */
export interface Decoder<Item> {
  /** Emits what is complete with this chunk, also before it throws. */
  push(chunk: Uint8Array, emit: (item: Item) => void): void
  /** No more chunks come. */
  end(emit: (item: Item) => void): void
}

/**
 * The items that the decoder makes of the source's chunks. The source is read only when an item is wanted. `return()`
 * settles at once, also while a `next()` is pending, and closes the source; a failure is seen after the items before it.
 */
export class DecodedItems<Item> implements AsyncIterableIterator<Item, undefined>, AsyncDisposable {
  readonly #chunks: AsyncIterator<Uint8Array, unknown>
  readonly #decoder: Decoder<Item>
  readonly #mailbox = new Mailbox<Item>()
  readonly #emit = (item: Item): void => {
    this.#mailbox.put(item)
  }
  #reading = false

  constructor(source: AsyncIterable<Uint8Array>, decoder: Decoder<Item>) {
    this.#chunks = source[Symbol.asyncIterator]()
    this.#decoder = decoder
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    const item = this.#mailbox.take()
    if (this.#mailbox.hasWaiters && !this.#reading) void this.#read()
    return item
  }

  return(): Promise<IteratorResult<Item, undefined>> {
    const wasOpen = !this.#mailbox.ended
    this.#mailbox.close()
    if (wasOpen) closeQuietly(this.#chunks)
    return Promise.resolve({ done: true, value: undefined })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  async #read(): Promise<void> {
    this.#reading = true
    try {
      while (this.#mailbox.hasWaiters) {
        const result = await this.#chunks.next()
        if (this.#mailbox.ended) return
        if (result.done === true) {
          this.#decoder.end(this.#emit)
          this.#mailbox.finish()
        } else this.#decode(result.value)
      }
    } catch (error) {
      this.#mailbox.fail(error)
    } finally {
      this.#reading = false
    }
  }

  #decode(chunk: Uint8Array): void {
    try {
      this.#decoder.push(chunk, this.#emit)
    } catch (error) {
      this.#mailbox.fail(error)
      closeQuietly(this.#chunks)
    }
  }
}
