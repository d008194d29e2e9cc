import { setMaxListeners } from 'node:events'
import { longestTimerMs, type OnCleanupFailure } from '@moorage/runtime-core'

/** Work that goes on after its caller has left, such as killing a process; `close()` waits for it, up to a bound. */
export class Background {
  readonly #pending = new Set<Promise<void>>()
  readonly #lifetime = new AbortController()
  readonly #onFailure: OnCleanupFailure | undefined

  constructor(onFailure?: OnCleanupFailure) {
    this.#onFailure = onFailure
    // Each work listens, and there may be many at once.
    setMaxListeners(0, this.#lifetime.signal)
  }

  run(operation: string, work: (signal: AbortSignal) => Promise<unknown>): void {
    const settled: Promise<void> = this.#attempt(operation, work).finally(() => this.#pending.delete(settled))
    this.#pending.add(settled)
  }

  async close(waitMs: number): Promise<void> {
    if (this.#pending.size > 0) {
      let timer: NodeJS.Timeout | undefined
      const deadline = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, Math.min(waitMs, longestTimerMs))
      })
      await Promise.race([Promise.all(this.#pending), deadline])
      clearTimeout(timer)
    }
    this.#lifetime.abort()
  }

  async #attempt(operation: string, work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    try {
      await work(this.#lifetime.signal)
    } catch (error) {
      this.#onFailure?.({ operation, error })
    }
  }
}
