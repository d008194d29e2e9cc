import type { RuntimeStream } from '../call-options.ts'

/** Where a stream takes its values from. */
export interface StreamSource<T> {
  /** The next value, or `done`. Called again only after the last call has settled. */
  pull(): Promise<IteratorResult<T, undefined>>
  /** Frees what the source holds and makes a pending `pull` settle or be forgotten. Called once. */
  release(): void | Promise<void>
}

const done = Object.freeze({ done: true, value: undefined } as const)

/**
 * A stream written as an iterator, not as an async generator: its `return()` settles at once while a `next()` is
 * pending, and that `next()` then answers `done`. `next()` calls queue up in order. The source is opened at the first
 * `next()`; an error of the source is thrown once and ends the stream. `unopened` is called instead of `release()` where
 * the stream is left before its source was opened.
 */
export function createStream<T>(
  open: () => Promise<StreamSource<T>> | StreamSource<T>,
  unopened?: () => void | Promise<void>,
): RuntimeStream<T> {
  let source: Promise<StreamSource<T>> | undefined
  let queue: Promise<unknown> = Promise.resolve()
  let ended = false
  let opening = false
  const waiting = new Set<() => void>()

  const end = async (): Promise<void> => {
    if (ended) return
    ended = true
    if (source === undefined) await unopened?.()
    const released = source?.then(
      (opened) => opened.release(),
      () => undefined,
    )
    // Who leaves while the source is still being opened does not wait for it.
    if (opening) released?.catch(() => undefined)
    else await released
  }

  const pull = async (): Promise<IteratorResult<T, undefined>> => {
    if (ended) return done
    try {
      if (source === undefined) {
        opening = true
        source = Promise.resolve().then(open)
      }
      const opened = await source
      opening = false
      if (ended) return done
      const result = await opened.pull()
      if (ended) return done
      if (result.done === true) await end()
      return result
    } catch (error) {
      if (ended) return done
      opening = false
      // The error that ended the stream is the one that counts, not one of freeing it.
      await end().catch(() => undefined)
      throw error
    }
  }

  const stop = async (): Promise<void> => {
    const released = end()
    for (const settle of waiting) settle()
    waiting.clear()
    await released
  }

  const stream: RuntimeStream<T> = {
    next() {
      // Not Promise.race with one long-lived promise: that would keep every past call alive until the stream ends.
      return new Promise((resolve, reject) => {
        const settle = (): void => resolve(done)
        waiting.add(settle)
        const result = queue.then(pull)
        queue = result.then(
          (value) => {
            waiting.delete(settle)
            resolve(value)
          },
          (error: unknown) => {
            waiting.delete(settle)
            reject(error)
          },
        )
      })
    },
    async return() {
      await stop()
      return done
    },
    [Symbol.asyncDispose]: stop,
    [Symbol.asyncIterator]() {
      return stream
    },
  }
  return stream
}

/** A stream over any async iterable; `return()` calls the iterable's own `return()` without waiting for it. */
export function streamFrom<T>(iterable: AsyncIterable<T>): RuntimeStream<T> {
  return createStream(() => {
    const iterator = iterable[Symbol.asyncIterator]()
    return {
      async pull() {
        const result = await iterator.next()
        return result.done === true ? done : result
      },
      release() {
        iterator.return?.().catch(() => undefined)
      },
    }
  })
}
