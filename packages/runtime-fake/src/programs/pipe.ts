import type { RuntimeStream } from '@moorage/runtime-core'
import { createStream } from '@moorage/runtime-core'
import { Notifier } from '../engine/notifier.ts'

/** So many values may wait to be read before a writer has to. */
const capacity = 64

/** What one side writes and the other reads, in order. A writer waits while the reader is behind. */
export class Pipe<T> {
  readonly #values: T[] = []
  readonly #changes = new Notifier()
  #ended = false
  #discarding = false
  #failure: { readonly error: unknown } | undefined

  /** Resolves when there is room for more. What comes after the end is dropped. */
  async write(value: T): Promise<void> {
    if (this.#ended || this.#discarding) return
    this.#values.push(value)
    this.#changes.notify()
    await this.#changes.until(() =>
      this.#ended || this.#discarding || this.#values.length < capacity ? true : undefined,
    )
  }

  get isEnded(): boolean {
    return this.#ended
  }

  /** Whether whoever read has left. */
  get isDiscarding(): boolean {
    return this.#discarding
  }

  end(): void {
    this.#ended = true
    this.#changes.notify()
  }

  /** What is there can still be read, and then this. */
  fail(error: unknown): void {
    if (this.#ended) return
    this.#failure = { error }
    this.end()
  }

  /** Nobody reads on: writers are no longer held up. */
  discard(): void {
    this.#discarding = true
    this.#values.length = 0
    this.#changes.notify()
  }

  async next(signal?: AbortSignal): Promise<IteratorResult<T, undefined>> {
    const result = await this.#changes.until<IteratorResult<T, undefined>>(() => {
      const [value] = this.#values
      if (this.#values.length > 0) return { done: false, value: value as T }
      return this.#ended || this.#discarding ? { done: true, value: undefined } : undefined
    }, signal)
    if (result.done === true) {
      if (this.#failure !== undefined && !this.#discarding) throw this.#failure.error
    } else {
      this.#values.shift()
      this.#changes.notify()
    }
    return result
  }

  /** The reading side as a stream; leaving it discards the rest. */
  stream(): RuntimeStream<T> {
    const release = (): void => this.discard()
    return createStream(() => ({ pull: () => this.next(), release }), release)
  }
}

/** The stdin of a process that has none. */
export function noInput(): Pipe<Uint8Array> {
  const pipe = new Pipe<Uint8Array>()
  pipe.end()
  return pipe
}
