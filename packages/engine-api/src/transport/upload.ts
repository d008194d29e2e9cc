import type { ClientRequest } from 'node:http'

/** A request body on its way to the engine. */
export interface Upload {
  /** Whether all of it has been handed over. */
  readonly isDone: () => boolean
  /** Stops reading the source and closes it; what has been sent stays sent. */
  readonly cancel: () => void
}

/** The upload of a request whose body, if any, was sent together with its head. */
export const nothingToUpload: Upload = { isDone: () => true, cancel: () => {} }

/**
 * Sends the chunks one after the other, at the speed at which the engine takes them. The source is asked for its next
 * chunk only after the last one has been flushed, so every source may reuse its buffer once `next()` is called again. A
 * source that throws is reported to `onFailure`; the engine's failures are the request's own events.
 */
export function upload(
  source: AsyncIterable<Uint8Array>,
  request: ClientRequest,
  onFailure: (error: unknown) => void,
): Upload {
  const iterator = source[Symbol.asyncIterator]()
  let state: 'sending' | 'done' | 'cancelled' = 'sending'

  const sendNext = (): void => {
    if (state === 'sending') nextOf(iterator).then(sendChunk, fail)
  }
  const sendChunk = (result: IteratorResult<Uint8Array, unknown>): void => {
    if (state !== 'sending') return
    if (result.done === true) {
      state = 'done'
      request.end()
      return
    }
    try {
      request.write(result.value, flushed)
    } catch (error) {
      // It is no bytes.
      closeQuietly(iterator)
      fail(error)
    }
  }
  // The request itself emits the errors of writing.
  const flushed = (error?: Error | null): void => {
    if (error === undefined || error === null) sendNext()
  }
  const fail = (error: unknown): void => {
    if (state !== 'sending') return
    state = 'cancelled'
    onFailure(error)
  }

  sendNext()
  return {
    isDone: () => state === 'done',
    cancel: () => {
      if (state !== 'sending') return
      state = 'cancelled'
      closeQuietly(iterator)
    },
  }
}

/**
 * Closes a source that is no longer wanted, without waiting: a generator's `return()` settles only after its pending
 * `next()`, which may be never. What closing throws is nobody's to hear any more.
 */
export function closeQuietly(iterator: AsyncIterator<unknown, unknown>): void {
  try {
    void Promise.resolve(iterator.return?.()).catch(() => {})
  } catch {
    // An iterator may also throw at once instead of rejecting.
  }
}

/** `next()` of an iterator that may throw at once instead of rejecting. */
async function nextOf(iterator: AsyncIterator<Uint8Array, unknown>): Promise<IteratorResult<Uint8Array, unknown>> {
  return iterator.next()
}
