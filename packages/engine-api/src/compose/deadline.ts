import { longestTimerMs } from '@moorage/runtime-core'

/** The caller's signal and a time, whichever comes first. */
export class Deadline implements AsyncDisposable {
  readonly #controller = new AbortController()
  readonly #caller: AbortSignal | undefined
  readonly #timer: NodeJS.Timeout | undefined
  isOver = false

  constructor(caller: AbortSignal | undefined, timeoutMs: number | undefined) {
    this.#caller = caller
    if (caller?.aborted === true) this.#forward()
    caller?.addEventListener('abort', this.#forward, { once: true })
    if (timeoutMs === undefined) return
    this.#timer = setTimeout(
      () => {
        this.isOver = true
        this.#controller.abort(new Error('the time for the waiting is over'))
      },
      Math.min(timeoutMs, longestTimerMs),
    )
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer)
    this.#caller?.removeEventListener('abort', this.#forward)
  }

  readonly #forward = (): void => this.#controller.abort(this.#caller?.reason)
}
