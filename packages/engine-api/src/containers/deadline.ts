import { longestTimerMs } from '@moorage/runtime-core'

/** How much later than its time the end of a follow is: what was written in time may still be on its way. */
const graceMs = 250

/** A time at which a follow ends, whatever the engine does: one waits for the next line, and another for ever. */
export class Deadline {
  readonly #endsAt: number
  #isReached = false
  #onReached: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(at: Date) {
    this.#endsAt = at.getTime() + graceMs
    this.#wait()
  }

  /** The next value, or the end once the time has come. Not by `Promise.race`: each call would stay with the time's promise. */
  async until<T>(next: Promise<IteratorResult<T, undefined>>): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      this.#onReached = () => resolve({ done: true, value: undefined })
      if (this.#isReached) this.#onReached()
      next.then(resolve, reject)
    })
  }

  clear(): void {
    clearTimeout(this.#timer)
  }

  #wait(): void {
    const leftMs = this.#endsAt - Date.now()
    this.#timer = setTimeout(
      () => {
        if (Date.now() < this.#endsAt) return this.#wait()
        this.#isReached = true
        this.#onReached?.()
      },
      Math.min(Math.max(0, leftMs), longestTimerMs),
    )
  }
}
