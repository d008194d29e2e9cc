import type { RuntimeEvent } from '@moorage/runtime-core'
import { Notifier } from './notifier.ts'
import type { Times } from './times.ts'

/** An event that is not a hole. */
export type Happening = Exclude<RuntimeEvent, { readonly kind: 'gap' }>

/** As many events as an engine keeps. */
const keptEvents = 256

/** What happened, for those who listen and for those who come later. */
export class EventLog {
  readonly changes = new Notifier()
  readonly #times: Times
  readonly #events: Happening[] = []
  #first = 0

  constructor(times: Times) {
    this.#times = times
  }

  add(kind: Happening['kind'], action: string, id: string, attributes: Readonly<Record<string, string>>): void {
    this.#events.push({ kind, action, id, at: this.#times.next(), attributes })
    while (this.#events.length > keptEvents) {
      this.#events.shift()
      this.#first += 1
    }
    this.changes.notify()
  }

  /** The number of the next event. */
  get end(): number {
    return this.#first + this.#events.length
  }

  /** The number of the oldest event that is kept. */
  get start(): number {
    return this.#first
  }

  at(number: number): Happening | undefined {
    return this.#events[number - this.#first]
  }
}
