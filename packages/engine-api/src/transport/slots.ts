import type { Lifetime } from './lifetime.ts'

/** Gives a slot back; safe to call more than once. */
export type ReleaseSlot = () => void

/** How many ordinary calls may be on their way at once; the others queue in order. */
export class Slots {
  readonly #limit: number
  readonly #queue = new Set<() => void>()
  #taken = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Resolves once a slot is free; rejects with the reason if the call is stopped while it waits. */
  take(call: Lifetime): ReleaseSlot | Promise<ReleaseSlot> {
    if (this.#taken < this.#limit) return this.#grant()
    return new Promise((resolve, reject) => {
      const grant = (): void => resolve(this.#grant())
      this.#queue.add(grant)
      call.whenStopped((reason) => {
        this.#queue.delete(grant)
        reject(reason)
      })
    })
  }

  #grant(): ReleaseSlot {
    this.#taken += 1
    let held = true
    return () => {
      if (!held) return
      held = false
      this.#taken -= 1
      this.#wakeNext()
    }
  }

  #wakeNext(): void {
    for (const grant of this.#queue) {
      this.#queue.delete(grant)
      grant()
      return
    }
  }
}
