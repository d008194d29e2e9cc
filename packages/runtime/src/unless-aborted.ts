import type { Runtime } from '@moorage/runtime-core'

/**
 * Opens, and rejects with the signal's reason as soon as it is aborted, also if the opener takes no notice of it; a
 * runtime that comes too late is closed, since nobody else holds it.
 */
export async function unlessAborted(open: () => Promise<Runtime>, signal: AbortSignal | undefined): Promise<Runtime> {
  if (signal === undefined) return open()
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    // Listening first: an opener may abort before it has answered anything.
    signal.addEventListener('abort', onAbort, { once: true })
    const stopListening = (): void => signal.removeEventListener('abort', onAbort)
    open()
      .then(async (runtime) => {
        stopListening()
        if (signal.aborted) await runtime.close()
        else resolve(runtime)
      })
      // After an abort the caller has its answer; how a late opening fails is of no use to it.
      .catch((error: unknown) => {
        stopListening()
        reject(error)
      })
  })
}
