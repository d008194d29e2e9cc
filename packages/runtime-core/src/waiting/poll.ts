import { longestTimerMs } from '../timers.ts'

/** Asks again, ever more slowly up to a bound, until there is an answer; the signal ends it with its reason. */
export async function poll<T>(
  ask: () => Promise<T | undefined>,
  { signal, intervalMs }: { readonly signal?: AbortSignal; readonly intervalMs: number },
): Promise<T> {
  for (let pauseMs = Math.min(intervalMs, 10); ; pauseMs = Math.min(pauseMs * 2, intervalMs)) {
    signal?.throwIfAborted()
    const answer = await ask()
    if (answer !== undefined) return answer
    await pause(pauseMs, signal)
  }
}

/** A pause that an abort ends at once; no listener stays on the signal. */
function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      },
      Math.min(milliseconds, longestTimerMs),
    )
    function abort(): void {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', abort, { once: true })
  })
}
