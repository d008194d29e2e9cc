import { getEventListeners } from 'node:events'
import { begun, equal, ok, rejection } from './assertions.ts'

/** An abort may take so long, and as long again as the event loop itself was late. */
const boundMs = 250
const sampleMs = 5

/** How long a call took to reject after its abort. */
export interface AbortLatency {
  readonly latencyMs: number
  /** How late the event loop was in the same time. */
  readonly lagMs: number
}

/**
 * Aborts a call that goes on: it rejects with the reason itself, within milliseconds of the event loop's own time, and no
 * listener is left on the signal.
 */
export async function abortMidway(
  begin: (signal: AbortSignal) => Promise<unknown>,
  underWay: () => Promise<unknown>,
): Promise<AbortLatency> {
  const controller = new AbortController()
  const reason = new Error('aborted by the contract')
  const call = begun(rejection(begin(controller.signal)))
  // Who rejects before the abort is told apart by its error.
  await Promise.race([underWay(), call])
  const lag = measureLag()
  const abortedAt = performance.now()
  controller.abort(reason)
  const error = await call
  const latencyMs = performance.now() - abortedAt
  const lagMs = lag.stop()
  ok(error === reason, `rejected with ${String(error)}, not with the reason of the abort`)
  ok(latencyMs <= boundMs + 2 * lagMs, `rejected ${Math.round(latencyMs)} ms after the abort`)
  noListeners(controller.signal)
  return { latencyMs, lagMs }
}

/** Nothing listens to the signal any more. */
export function noListeners(signal: AbortSignal): void {
  equal(getEventListeners(signal, 'abort').length, 0, 'listeners left on the signal')
}

/** The longest time by which a timer came too late. */
function measureLag(): { readonly stop: () => number } {
  let last = performance.now()
  let longest = 0
  const sample = (): void => {
    const now = performance.now()
    longest = Math.max(longest, now - last - sampleMs)
    last = now
  }
  const timer = setInterval(sample, sampleMs)
  return {
    stop() {
      clearInterval(timer)
      sample()
      return longest
    },
  }
}
