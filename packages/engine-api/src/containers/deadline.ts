import { longestTimerMs } from '@moorage/runtime-core'

/** How much later than its time the end of a follow is: what was written in time may still be on its way. */
const graceMs = 250

/** A time at which a follow ends, whatever the engine does: one waits for the next line, and another for ever. */
export class Deadline {
  readonly #reached: Promise<IteratorReturnResult<undefined>>
  #timer: NodeJS.Timeout | undefined

  constructor(at: Date) {
    this.#reached = new Promise((resolve) => {
      const waitMs = Math.max(0, at.getTime() - Date.now()) + graceMs
      this.#timer = setTimeout(() => resolve({ done: true, value: undefined }), Math.min(waitMs, longestTimerMs))
    })
  }

  /** The next value, or the end once the time has come. */
  async until<T>(next: Promise<IteratorResult<T, undefined>>): Promise<IteratorResult<T, undefined>> {
    return Promise.race([next, this.#reached])
  }

  clear(): void {
    clearTimeout(this.#timer)
  }
}
