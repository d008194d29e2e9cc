import type { Clock } from './clock.ts'

export interface VirtualClockOptions {
  /** Milliseconds since 1970 at which it begins. Default 2025-01-01T00:00:00Z. */
  readonly start?: number
  /** Goes on to the next sleeper by itself whenever nothing else is left to do. Default false. */
  readonly autoAdvance?: boolean
}

/** A clock that stands still until it is told otherwise. */
export interface VirtualClock extends Clock {
  /** Lets so much time pass; sleepers wake in the order of their times, and what they do then happens before the next. */
  advance(milliseconds: number): Promise<void>
}

interface Sleeper {
  readonly at: number
  readonly order: number
  readonly wake: () => void
}

const defaultStart = Date.UTC(2025, 0, 1)

export function createVirtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const { start = defaultStart, autoAdvance = false } = options
  const sleepers = new Set<Sleeper>()
  let time = start
  let order = 0
  let scheduled = false

  const next = (): Sleeper | undefined => {
    let first: Sleeper | undefined
    for (const sleeper of sleepers) {
      if (first === undefined || sleeper.at < first.at || (sleeper.at === first.at && sleeper.order < first.order)) {
        first = sleeper
      }
    }
    return first
  }
  const wakeNext = (until: number): boolean => {
    const sleeper = next()
    if (sleeper === undefined || sleeper.at > until) return false
    time = Math.max(time, sleeper.at)
    sleepers.delete(sleeper)
    sleeper.wake()
    return true
  }
  const goOnWhenIdle = (): void => {
    if (!autoAdvance || scheduled) return
    scheduled = true
    turn().then(() => {
      scheduled = false
      if (wakeNext(Number.POSITIVE_INFINITY)) goOnWhenIdle()
    }, ignore)
  }

  return {
    now: () => time,
    sleep: (milliseconds, signal) =>
      new Promise<void>((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason)
          return
        }
        const abort = (): void => {
          sleepers.delete(sleeper)
          reject(signal?.reason)
        }
        const sleeper: Sleeper = {
          at: time + Math.max(0, milliseconds),
          order: (order += 1),
          wake: () => {
            signal?.removeEventListener('abort', abort)
            resolve()
          },
        }
        signal?.addEventListener('abort', abort, { once: true })
        sleepers.add(sleeper)
        goOnWhenIdle()
      }),
    async advance(milliseconds) {
      const until = time + milliseconds
      await turn()
      while (wakeNext(until)) await turn()
      time = Math.max(time, until)
    },
  }
}

/** A turn of the event loop: every promise that can settle has settled by then. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}

function ignore(): void {
  // A turn does not fail.
}
