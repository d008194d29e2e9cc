import type { TerminalSize } from '@moorage/runtime-core'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'

/** Sizes of one terminal: while one is on its way only the latest of the others is kept. */
export class Resizer {
  readonly #client: EngineClient
  readonly #path: string
  #sending: Promise<void> | undefined
  #next: { readonly size: TerminalSize; readonly sent: Promise<void> } | undefined

  constructor(client: EngineClient, path: string) {
    this.#client = client
    this.#path = path
  }

  /** `POST …/resize`; of a process that has ended it is a no-op. */
  resize(size: TerminalSize): Promise<void> {
    if (this.#sending === undefined) {
      this.#sending = this.#send(size)
      return this.#sending
    }
    const sent = this.#next?.sent ?? this.#sending.catch(() => undefined).then(() => this.#sendNext())
    this.#next = { size, sent }
    return sent
  }

  #sendNext(): Promise<void> {
    const next = this.#next
    this.#next = undefined
    if (next === undefined) return Promise.resolve()
    this.#sending = this.#send(next.size)
    return this.#sending
  }

  async #send({ columns, rows }: TerminalSize): Promise<void> {
    try {
      const body = await this.#client.stream({ method: 'POST', path: this.#path, query: { w: columns, h: rows } })
      await body.discard()
    } catch (error) {
      // Gone, or not running: there is no terminal to change.
      if (!isAnswer(error, 404, 409, 500)) throw error
    } finally {
      if (this.#next === undefined) this.#sending = undefined
    }
  }
}
