/** Work that goes on after its caller has left, such as killing a process; `close()` waits for it, up to a bound. */
export class Background {
  readonly #pending = new Set<Promise<void>>()
  readonly #lifetime = new AbortController()

  /** Its failure is nobody's error. */
  run(work: (signal: AbortSignal) => Promise<unknown>): void {
    const settled: Promise<void> = work(this.#lifetime.signal)
      .then(ignore, ignore)
      .then(() => {
        this.#pending.delete(settled)
      })
    this.#pending.add(settled)
  }

  async close(waitMs: number): Promise<void> {
    if (this.#pending.size > 0) {
      let timer: NodeJS.Timeout | undefined
      const deadline = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, waitMs)
      })
      await Promise.race([Promise.all(this.#pending), deadline])
      clearTimeout(timer)
    }
    this.#lifetime.abort()
  }
}

function ignore(): void {
  // Whoever wanted the outcome has left.
}
