import { performance } from 'node:perf_hooks'

/** At the least; more than the log of any engine holds that rotates at 1 MB (Podman 5.4: about 3,000 to 6,000). */
const rememberedEvents = 10_000

/** An event may come to stand in the log after one that happened later. */
const overlapMs = 10_000

const firstPauseMs = 2000
const longestPauseMs = 30_000

/** The part of an event that tells it from every other. */
interface Told {
  readonly kind: string
  readonly action: string
  readonly id: string
  /** As `timeOf` writes it: of one length, so that the order of the texts is that of the times. */
  readonly at: string
}

/**
 * What one stream of events has told, on an engine whose log rotates: a following reader of it misses some events, and is
 * told old ones again. Bounded; when to ask the log again is every two seconds while events come, and half a minute at
 * the latest.
 */
export class ToldEvents {
  readonly #beginning: string
  /** The latest ones; once it is full, it takes the place of those before. */
  #told = new Set<string>()
  #toldBefore: ReadonlySet<string> = new Set()
  #newest: string
  /** The newest when the log was last asked: what came since then may still have been missed. */
  #settled: string
  #pauseMs = firstPauseMs
  #due = performance.now() + firstPauseMs

  /** Nothing before the beginning is told. */
  constructor(beginning: string) {
    this.#beginning = beginning
    this.#newest = beginning
    this.#settled = beginning
  }

  /** Whether the event is a new one; from then on it is not. */
  add(event: Told): boolean {
    const key = `${event.at} ${event.kind} ${event.action} ${event.id}`
    if (event.at < this.#beginning || this.#told.has(key) || this.#toldBefore.has(key)) return false
    if (this.#told.size === rememberedEvents) {
      this.#toldBefore = this.#told
      this.#told = new Set()
    }
    this.#told.add(key)
    if (event.at > this.#newest) this.#newest = event.at
    this.#pauseMs = firstPauseMs
    this.#due = Math.min(this.#due, performance.now() + firstPauseMs)
    return true
  }

  /** Milliseconds until the log is to be asked again. */
  get dueInMs(): number {
    return Math.max(0, this.#due - performance.now())
  }

  /** The log was asked, and what it answered was added; `false`: it could not be asked. Says when to do it next. */
  looked(answered: boolean): void {
    if (answered) this.#settled = this.#newest
    this.#due = performance.now() + this.#pauseMs
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs)
  }

  /** From where on the log may hold what was not told. */
  get from(): Date {
    return new Date(Math.max(Date.parse(this.#settled) - overlapMs, Date.parse(this.#beginning)))
  }
}

/** One promise, awaited for so long at a time; not by `Promise.race`, of which each call would stay with the promise. */
export class Patience<T> {
  readonly promise: Promise<T>
  #settled = false
  #wake: (() => void) | undefined

  constructor(promise: Promise<T>) {
    this.promise = promise
    const wake = (): void => {
      this.#settled = true
      this.#wake?.()
    }
    promise.then(wake, wake)
  }

  /** Whether it has settled within the milliseconds. */
  async settles(withinMs: number): Promise<boolean> {
    if (!this.#settled) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    return this.#settled
  }
}
