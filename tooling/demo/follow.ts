import { logLines } from '@moorage/runtime-core'
import type { JobContext } from './job-context.ts'
import { formatDuration } from './screen.ts'

const linesBeforeAbort = 3
/** Long enough that the follow waits for more when the abort comes: between two ticks of the server. */
const abortAfterMs = 60

/** Shows a container's output until it ends; answers the number of lines. */
export async function follow({ runtime, screen, signal }: JobContext, container: string): Promise<number> {
  const started = performance.now()
  let lines = 0
  for await (const { text, stream } of logLines(runtime.containerLogs(container, { follow: true, signal }))) {
    lines += 1
    screen.output(text, `${stream}, after ${formatDuration(performance.now() - started)}`)
  }
  return lines
}

/** Aborts a follow that waits for more; answers the milliseconds until it rejected. */
export async function abortFollow({ runtime, screen, signal }: JobContext, container: string): Promise<number> {
  const reason = new Error('enough seen')
  const controller = new AbortController()
  let abortedAt = 0
  let lines = 0
  const logs = runtime.containerLogs(container, {
    follow: true,
    tail: linesBeforeAbort,
    signal: AbortSignal.any([signal, controller.signal]),
  })
  try {
    for await (const { text, stream } of logLines(logs)) {
      lines += 1
      screen.output(text, stream)
      if (lines !== linesBeforeAbort + 1) continue
      setTimeout(() => {
        abortedAt = performance.now()
        controller.abort(reason)
      }, abortAfterMs)
    }
  } catch (error) {
    if (error === reason) return performance.now() - abortedAt
    throw error
  }
  throw new Error("The server's log ended before it could be aborted.")
}
