import type { OnCleanupFailure } from '../cleanup-failure.ts'
import { RuntimeError } from '../errors.ts'
import { longestTimerMs } from '../timers.ts'

/**
 * One call under way. Its own signal is aborted by the caller's and by `close()`; what waits on it is settled at once,
 * whatever the adapter is doing. The listener on the caller's signal goes with `end()` or with the abort.
 */
export class CallScope {
  readonly operation: string
  /** Called once when the call is aborted, after its signal. */
  onAbort: (() => void) | undefined
  readonly #controller = new AbortController()
  readonly #caller: AbortSignal | undefined
  readonly #onEnd: () => void
  readonly #free: ((reason: unknown) => void) | undefined
  readonly #forward: () => void
  readonly #waiting = new Set<(reason: unknown) => void>()

  constructor(
    operation: string,
    caller: AbortSignal | undefined,
    { onEnd, free }: { readonly onEnd: () => void; readonly free?: ((reason: unknown) => void) | undefined },
  ) {
    this.operation = operation
    this.#free = free
    this.#caller = caller
    this.#onEnd = onEnd
    this.#forward = () => this.abort(caller?.reason)
    if (caller?.aborted === true) this.#controller.abort(caller.reason)
    else caller?.addEventListener('abort', this.#forward, { once: true })
  }

  /** For the adapter. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  abort(reason?: unknown): void {
    if (this.signal.aborted) return
    this.#caller?.removeEventListener('abort', this.#forward)
    this.#controller.abort(reason)
    for (const reject of this.#waiting) reject(this.signal.reason)
    this.#waiting.clear()
    this.#free?.(this.signal.reason)
    this.onAbort?.()
  }

  /**
   * What the promise gives, or a rejection with the reason as soon as the call is aborted; once it is, nothing more is
   * started.
   */
  wait<T>(start: () => Promise<T>): Promise<T> {
    if (this.signal.aborted) return Promise.reject(this.signal.reason)
    return new Promise<T>((resolve, reject) => {
      this.#waiting.add(reject)
      const running = async (): Promise<T> => await start()
      running()
        .finally(() => this.#waiting.delete(reject))
        .then(resolve, (error: unknown) => reject(this.signal.aborted ? this.signal.reason : error))
    })
  }

  end(): void {
    this.#caller?.removeEventListener('abort', this.#forward)
    this.#onEnd()
    this.#free?.(new Error(`${this.operation}: the call has ended.`))
  }
}

/** The calls of one runtime: opens scopes, refuses them once closed, ends them all on close. */
export class CallRegistry {
  readonly #open = new Set<CallScope>()
  readonly #pending = new Set<Promise<unknown>>()
  readonly #lasting = new Set<AbortController>()
  readonly #onCleanupFailure: OnCleanupFailure | undefined
  #closed = false
  #gaveUp = false

  constructor(onCleanupFailure?: OnCleanupFailure) {
    this.#onCleanupFailure = onCleanupFailure
  }

  /** Throws what a call must reject with before anything is sent. */
  admit(operation: string, signal: AbortSignal | undefined): void {
    if (signal?.aborted === true) throw signal.reason
    if (this.#closed) throw closedError(operation)
  }

  /** `free` is called when the call is aborted or has ended, or both. */
  openScope(operation: string, caller: AbortSignal | undefined, free?: (reason: unknown) => void): CallScope {
    const scope = new CallScope(operation, caller, { onEnd: () => this.#open.delete(scope), free })
    this.#open.add(scope)
    if (this.#closed) scope.abort(closedError(operation))
    return scope
  }

  /** Runs a call that `close()` waits for. The caller has a promise of its own, so that a rejection nobody handles shows. */
  async track<T>(work: () => Promise<T>): Promise<T> {
    const running = work()
    this.inBackground(running)
    return await running
  }

  /** Clean-up that nobody waits for but `close()`. Its failure is nobody's error. */
  inBackground(work: Promise<unknown>): void {
    const settled: Promise<void> = work.then(ignore, ignore).then(() => {
      this.#pending.delete(settled)
    })
    this.#pending.add(settled)
  }

  /** Removes what a call has left; who made the call is not told when it fails, but who asked to hear of it is. */
  async cleanUp(operation: string, work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    try {
      await this.lasting(work)
    } catch (error) {
      try {
        this.#onCleanupFailure?.({ operation, error })
      } catch {
        // A listener's own failure is no reason to fail a call.
      }
    }
  }

  /**
   * Work that outlives its caller's abort: its signal is aborted only when `close()` has waited for long enough, and
   * nothing is started after that.
   */
  async lasting<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#gaveUp) throw closedError('close')
    const controller = new AbortController()
    this.#lasting.add(controller)
    try {
      return await work(controller.signal)
    } finally {
      this.#lasting.delete(controller)
    }
  }

  /** Ends every call with RUNTIME_CLOSED and waits for what goes on in the background, at most so long. */
  async close(waitMs: number): Promise<void> {
    this.#closed = true
    for (const scope of [...this.#open]) scope.abort(closedError(scope.operation))
    let timer: ReturnType<typeof setTimeout> | undefined
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.min(waitMs, longestTimerMs))
    })
    await Promise.race([this.#idle(), deadline])
    clearTimeout(timer)
    this.#gaveUp = true
    for (const controller of this.#lasting) controller.abort(closedError('close'))
  }

  /** What is pending may leave more behind when it settles, such as the removal of what an ended call created. */
  async #idle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending)
  }
}

function ignore(): void {
  // Whoever made the call has its outcome.
}

function closedError(operation: string): RuntimeError<'RUNTIME_CLOSED'> {
  return new RuntimeError('RUNTIME_CLOSED', {
    message: `${operation}: the runtime is closed. Open another one to go on.`,
    operation,
    details: {},
  })
}
