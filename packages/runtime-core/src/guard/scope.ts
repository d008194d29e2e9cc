import { RuntimeError } from '../errors.ts'

/**
 * One call under way. Its own signal is aborted by the caller's and by `close()`; what waits on it is settled at once,
 * whatever the adapter is doing. The listener on the caller's signal goes with `end()`.
 */
class CallScope {
  readonly #controller = new AbortController()
  readonly #caller: AbortSignal | undefined
  readonly #onEnd: () => void
  readonly #forward: () => void
  #interrupt: ((reason: unknown) => void) | undefined

  constructor(caller: AbortSignal | undefined, onEnd: () => void) {
    this.#caller = caller
    this.#onEnd = onEnd
    this.#forward = () => this.abort(caller?.reason)
    caller?.addEventListener('abort', this.#forward, { once: true })
  }

  /** For the adapter. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  abort(reason: unknown): void {
    if (this.signal.aborted) return
    this.#controller.abort(reason)
    this.#interrupt?.(this.signal.reason)
  }

  /** What the promise gives, or a rejection with the reason as soon as the call is aborted. One at a time. */
  wait<T>(promise: Promise<T>): Promise<T> {
    if (this.signal.aborted) {
      promise.catch(() => undefined)
      return Promise.reject(this.signal.reason)
    }
    return new Promise<T>((resolve, reject) => {
      this.#interrupt = reject
      promise.then(resolve, (error: unknown) => reject(this.signal.aborted ? this.signal.reason : error))
    })
  }

  end(): void {
    this.#interrupt = undefined
    this.#caller?.removeEventListener('abort', this.#forward)
    this.#onEnd()
  }
}

/** The calls of one runtime: opens scopes, refuses them once closed, ends them all on close. */
export class CallRegistry {
  readonly #open = new Set<CallScope>()
  readonly #background = new Set<Promise<unknown>>()
  #closed = false

  /** Throws what a call must reject with before anything is sent. */
  admit(operation: string, signal: AbortSignal | undefined): void {
    if (signal?.aborted === true) throw signal.reason
    if (this.#closed) throw closedError(operation)
  }

  openScope(caller: AbortSignal | undefined): CallScope {
    const scope = new CallScope(caller, () => this.#open.delete(scope))
    this.#open.add(scope)
    return scope
  }

  /** Clean-up that nobody waits for but `close()`. Its failure is nobody's error. */
  inBackground(work: Promise<unknown>): void {
    const settled = work.catch(() => undefined).finally(() => this.#background.delete(settled))
    this.#background.add(settled)
  }

  /** Ends every call with RUNTIME_CLOSED and waits for what goes on in the background, at most so long. */
  async close(waitMs: number): Promise<void> {
    this.#closed = true
    for (const scope of this.#open) scope.abort(closedError('close'))
    if (this.#background.size === 0) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs)
    })
    await Promise.race([Promise.all(this.#background), deadline])
    clearTimeout(timer)
  }
}

function closedError(operation: string): RuntimeError<'RUNTIME_CLOSED'> {
  return new RuntimeError('RUNTIME_CLOSED', {
    message: `${operation}: the runtime is closed. Open another one to go on.`,
    operation,
    details: {},
  })
}
