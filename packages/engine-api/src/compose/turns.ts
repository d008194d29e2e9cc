import { abortable } from '../transport/abort.ts'

/** Work on one project takes turns, in the order in which it came; other projects do not wait for it. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>()

  /** Rejects with the signal's reason at once where that comes while waiting; whoever waits behind goes on waiting. */
  async take<T>(project: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(project) ?? Promise.resolve()
    let leave = (): void => undefined
    const left = new Promise<void>((resolve) => {
      leave = resolve
    })
    const last = before.then(() => left)
    this.#last.set(project, last)
    void last.then(() => {
      if (this.#last.get(project) === last) this.#last.delete(project)
    })
    try {
      await abortable(signal, () => before)
      return await work()
    } finally {
      leave()
    }
  }
}
