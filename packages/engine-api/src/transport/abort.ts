/** Takes back what was bound; safe to call more than once. */
export type Release = () => void

const nothingToRelease: Release = () => {}

/**
 * Calls `onAbort` with the signal's own reason once it aborts, at once if it already has.
 * The listener is added and removed by hand: `AbortSignal.any` leaks on signals that live long.
 */
export function onceAborted(signal: AbortSignal | undefined, onAbort: (reason: unknown) => void): Release {
  if (signal === undefined) return nothingToRelease
  if (signal.aborted) {
    onAbort(signal.reason)
    return nothingToRelease
  }
  const listener = (): void => onAbort(signal.reason)
  signal.addEventListener('abort', listener, { once: true })
  return () => signal.removeEventListener('abort', listener)
}

/**
 * Runs something for as long as the signal allows: settles with its outcome, or rejects with the signal's reason
 * within the same turn as the abort. The listener is gone when the promise has settled. What `run` started goes on
 * unless it watches the signal itself; its late rejection is not left unhandled.
 */
export function abortable<Result>(
  signal: AbortSignal | undefined,
  run: () => PromiseLike<Result> | Result,
): Promise<Result> {
  return new Promise<Result>((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason)
      return
    }
    const release = onceAborted(signal, reject)
    const started = new Promise<Result>((settle) => settle(run()))
    started.then(resolve, reject).finally(release)
  })
}
