/** What every method takes in its last argument. */
export interface CallOptions {
  /**
   * Ends the call. Already aborted: the call rejects with `signal.reason` and nothing is sent. Aborted midway: it
   * rejects with `signal.reason` within milliseconds; what the engine goes on doing is said at each method.
   */
  readonly signal?: AbortSignal
}

/** Calls that report progress while they run. */
export interface ProgressOptions<Event> extends CallOptions {
  /** Called for every event, in order. If it throws, the call is aborted and rejects with that error. */
  readonly onEvent?: (event: Event) => void
}

/** Removes: what to do when the resource is not there. */
export interface RemoveOptions extends CallOptions {
  /** `error` rejects with the resource's `*_NOT_FOUND`; `ignore` resolves. */
  readonly missing?: 'error' | 'ignore'
}

/** A stream of a runtime: single-use, sends its request at the first `next()`, and `return()` frees its socket. */
export interface RuntimeStream<T> extends AsyncIterableIterator<T, undefined>, AsyncDisposable {
  next(): Promise<IteratorResult<T, undefined>>
  return(): Promise<IteratorResult<T, undefined>>
  [Symbol.asyncIterator](): RuntimeStream<T>
}

/**
 * Bytes that a caller passes to a call: text is encoded as UTF-8; iterables, such as Node's and the web's streams, are read
 * with back-pressure. Reading begins in the turn of the event loop in which the method is called, so that the output of a
 * child process arrives although the process has exited when the engine asks for it. The source is closed when the call has
 * ended, is refused or is aborted, unless another call is reading it. An async generator that is waiting for a promise runs its
 * `finally` only when that promise has settled. INVALID_ARGUMENT for a stream that has ended, is destroyed or is locked, for a
 * stream or an iterator (such as a generator) that another call has read or closed, and for an iterable that breaks the
 * protocol of iterators. An iterable that makes an iterator each time can be passed to any number of calls.
 */
export type ByteSource = string | Uint8Array | AsyncIterable<Uint8Array | string>
