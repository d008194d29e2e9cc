/** The person, or the system, wants the demo to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  readonly exitCode: number

  constructor(what: string, exitCode: number) {
    super(what)
    this.exitCode = exitCode
  }
}

/** One Ctrl-C can arrive twice: from the terminal, and from a package manager that passes it on. */
const echoMs = 100

/** By the convention of shells: 128 and the signal's number. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/** What is said on the way out. */
export interface Farewell {
  readonly first: (reason: Interrupted) => void
  readonly last: () => void
}

/**
 * A signal that is aborted by the first Ctrl-C (or SIGTERM, or a terminal that goes away), so that the demo can clean up;
 * the second ends the process at once.
 */
export function interruptSignal(farewell: Farewell): AbortSignal {
  const controller = new AbortController()
  let abortedAt = 0
  for (const [name, exitCode] of Object.entries(exitCodes)) {
    process.on(name, () => {
      if (!controller.signal.aborted) {
        abortedAt = performance.now()
        const reason = new Interrupted(`${name}: cleaning up. Once more ends at once.`, exitCode)
        controller.abort(reason)
        farewell.first(reason)
      } else if (performance.now() - abortedAt > echoMs) {
        farewell.last()
        process.exit(exitCode)
      }
    })
  }
  // Nobody reads on, as with `| head`: there is no one to tell, but still something to clean up.
  process.stdout.on('error', () => controller.abort(new Interrupted('the output was closed', 1)))
  return controller.signal
}
