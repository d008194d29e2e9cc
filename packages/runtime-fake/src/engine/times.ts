import type { Clock } from '../clock/clock.ts'

/** Times as engines write them: RFC 3339 with nine decimals, no two of them equal, in the order in which they were taken. */
export class Times {
  readonly #clock: Clock
  #lastMs = 0
  #nanoseconds = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  next(): string {
    const nowMs = Math.max(this.#clock.now(), this.#lastMs)
    this.#nanoseconds = nowMs === this.#lastMs ? this.#nanoseconds + 1 : 0
    this.#lastMs = nowMs
    const milliseconds = String(nowMs % 1000).padStart(3, '0')
    return `${new Date(nowMs).toISOString().slice(0, 19)}.${milliseconds}${String(this.#nanoseconds).padStart(6, '0')}Z`
  }
}

/** Milliseconds since 1970 of such a time. */
export function milliseconds(time: string): number {
  return Date.parse(`${time.slice(0, 23)}Z`)
}
