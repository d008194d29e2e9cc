import { setTimeout as delay } from 'node:timers/promises'

/** Options of a dockerode endpoint with the signal that our modem binds to the socket. */
export function withSignal<Options extends object>(
  signal: AbortSignal | undefined,
  options: Options,
): Options & { readonly abortSignal?: AbortSignal } {
  return signal === undefined ? options : { ...options, abortSignal: signal }
}

const firstPauseMs = 5
const longestPauseMs = 250

/** Asks again, ever more slowly, until the answer is there; only the signal ends it otherwise. */
export async function until<T>(ask: () => Promise<T | undefined>, signal: AbortSignal | undefined): Promise<T> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await delay(pauseMs, undefined, signal === undefined ? {} : { signal })
  }
}
