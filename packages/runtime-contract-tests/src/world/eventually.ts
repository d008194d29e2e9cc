import { setTimeout as pause } from 'node:timers/promises'

/** Named deadlines, in milliseconds; `timeScale` of the options stretches them for slow engines. */
export const deadlines = {
  /** Something that is under way is there. */
  soon: 15_000,
  /** A whole case. */
  case: 90_000,
  /** Undoing what a case made. */
  cleanup: 60_000,
} as const

const pauseMs = 20

/** The first answer that is neither undefined nor false; fails by name when there is none in time. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs: number,
): Promise<T> {
  const end = performance.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() > end) throw new Error(`${what}: not within ${timeoutMs} ms`)
    await pause(pauseMs)
  }
}
