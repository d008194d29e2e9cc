import { AnswerError } from '../client/answer-error.ts'
import { findJson, runs } from '../containers/inspect.ts'
import { answerFailure, ownFailure, type Call } from '../errors/failure.ts'
import { startFailure, startFailureExitCode } from '../errors/texts.ts'

const adviceOnStart = 'Check the command, the user and the working directory of the exec.'

/** Engines that look the user up themselves refuse the request; others tell in the output. */
export async function startedOrThrow<T>(call: Call, start: () => Promise<T>): Promise<T> {
  try {
    return await start()
  } catch (error) {
    if (!(error instanceof AnswerError) || [404, 409].includes(error.status)) throw error
    const reason = startFailure(error.engineMessage)
    if (reason === undefined) throw error
    const details = { reason, exitCode: startFailureExitCode(reason) }
    throw answerFailure(call, 'EXEC_START_FAILED', details, error, adviceOnStart)
  }
}

/** The engine's words came as the output of a process that never was. */
export function neverStarted(call: Call, message: string): Error {
  const reason = startFailure(message) ?? 'other'
  const details = { reason, exitCode: startFailureExitCode(reason) }
  return ownFailure(
    call,
    'EXEC_START_FAILED',
    details,
    `the process could not be started: ${message}. ${adviceOnStart}`,
    {
      engineMessage: message,
    },
  )
}

/** Exit codes from here on tell of a signal, which may have been the end of the whole container. */
const signalled = 128

/** Throws when the exit code is the container's end rather than the process's own. */
export async function refuseInterrupted(
  call: Call,
  containerId: string,
  exitCode: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (exitCode < signalled) return
  const json = await findJson(call.client, containerId, signal)
  if (json === undefined || !runs(call.client, json)) throw interrupted(call)
}

export function interrupted(call: Call, cause?: unknown): Error {
  const text =
    'the container went away while the process ran, so its exit code is not its own. Start the container and run it again.'
  return ownFailure(call, 'EXEC_INTERRUPTED', {}, text, cause === undefined ? {} : { cause })
}
