import { setTimeout as sleep } from 'node:timers/promises'
import { RuntimeError } from '@moorage/runtime-core'

/** Something to remove at the end. */
interface Duty {
  readonly what: string
  readonly remove: () => Promise<void>
}

/** What is told while things are removed. */
export interface CleanupReport {
  readonly removing: (what: string) => void
  readonly removed: (what: string) => void
  readonly failed: (what: string, error: unknown) => void
}

/** What the demo made, to be removed in the opposite order: what uses something goes before what it uses. */
export class Cleanup {
  readonly #duties: Duty[] = []

  add(what: string, remove: () => Promise<void>): void {
    this.#duties.push({ what, remove })
  }

  /** Removes all of it; one failure does not keep the rest. */
  async run(report: CleanupReport): Promise<void> {
    for (let duty = this.#duties.pop(); duty !== undefined; duty = this.#duties.pop()) {
      report.removing(duty.what)
      try {
        await removePatiently(duty)
        report.removed(duty.what)
      } catch (error) {
        report.failed(duty.what, error)
      }
    }
  }
}

const pauseMs = 100
const patienceMs = 20_000
/** A container whose making was interrupted may still be on its way out, and hold what is to be removed. */
const passing = new Set<string>(['NETWORK_IN_USE', 'VOLUME_IN_USE', 'ENGINE_ERROR'])

async function removePatiently({ remove }: Duty): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    try {
      await remove()
      return
    } catch (error) {
      if (!RuntimeError.is(error) || !passing.has(error.code) || performance.now() > deadline) throw error
    }
    await sleep(pauseMs)
  }
}
