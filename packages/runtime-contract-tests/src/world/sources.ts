/** A source that shows whether it was closed. */
export interface WatchedSource extends AsyncIterable<Uint8Array> {
  readonly isClosed: () => boolean
}

/** Yields its bytes to a reader that asks for them in this turn of the event loop, as the output of a child process that has exited does; later there is nothing. */
export function fleeting(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  let rest: Uint8Array | undefined = bytes
  let isRead = false
  setImmediate(() => {
    if (!isRead) rest = undefined
  })
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        isRead = true
        const value = rest
        rest = undefined
        return value === undefined ? { done: true, value } : { done: false, value }
      },
    }),
  }
}

/** Never yields anything, and never ends by itself. */
export function silent(): WatchedSource {
  let isClosed = false
  return {
    isClosed: () => isClosed,
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<never>(() => undefined),
      async return() {
        isClosed = true
        return { done: true, value: undefined }
      },
    }),
  }
}

/** The same as an iterator, which no two calls can read. */
export function silentIterator(): WatchedSource & AsyncIterator<Uint8Array, undefined> {
  const source = silent()
  const iterator = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>
  return { ...iterator, isClosed: source.isClosed, [Symbol.asyncIterator]: () => iterator }
}

export async function* piece(bytes: Uint8Array): AsyncGenerator<Uint8Array, undefined> {
  yield bytes
}

export async function* noBytes(): AsyncGenerator<Uint8Array, undefined> {}
