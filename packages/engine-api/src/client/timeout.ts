import { longestTimerMs } from '@moorage/runtime-core'
import { TransportError } from '../transport/errors.ts'

/** How long an engine may take to say who it is. */
export const defaultOpenTimeoutMs = 10_000

/** Does a work that is over when the time is: it then rejects as of an engine that does not answer. */
export async function withinTimeout<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const forward = (): void => controller.abort(signal?.reason)
  signal?.addEventListener('abort', forward, { once: true })
  const late = new TransportError('unavailable', `it has not answered within ${timeoutMs / 1000} s`)
  const timer = setTimeout(() => controller.abort(late), Math.min(timeoutMs, longestTimerMs))
  try {
    return await work(controller.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', forward)
  }
}
