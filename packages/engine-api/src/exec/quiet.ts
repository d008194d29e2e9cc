import { setTimeout as delay } from 'node:timers/promises'

/**
 * The output of a process that has ended counts as over when the engine, asked this often with this pause, had none to
 * bring: a busy machine is late with both, so that its answers are the clock.
 */
const quietAnswers = 5
const quietPauseMs = 200

/** Resolves when output has been silent for a while of questions to the engine; the signal ends the waiting. */
export async function untilQuiet(
  ask: () => Promise<unknown>,
  lastOutput: () => number,
  signal: AbortSignal,
): Promise<void> {
  for (let quiet = 0; quiet < quietAnswers;) {
    const since = performance.now()
    await delay(quietPauseMs, undefined, { signal, ref: false })
    if (lastOutput() <= since) await ask()
    quiet = lastOutput() <= since ? quiet + 1 : 0
  }
}
