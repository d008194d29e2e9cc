/** Wakes whoever waits for a change of something. */
export class Notifier {
  #waiting = new Set<() => void>()

  notify(): void {
    const waiting = this.#waiting
    this.#waiting = new Set()
    for (const wake of waiting) wake()
  }

  /** Resolves with the next change, or rejects with the signal's reason. */
  changed(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason)
        return
      }
      const wake = (): void => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      const abort = (): void => {
        this.#waiting.delete(wake)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', abort, { once: true })
      this.#waiting.add(wake)
    })
  }

  /** Resolves with the first answer of `ask` that is not undefined, asked now and after every change. */
  async until<T>(ask: () => T | undefined, signal?: AbortSignal): Promise<T> {
    for (;;) {
      const answer = ask()
      if (answer !== undefined) return answer
      await this.changed(signal)
    }
  }
}
