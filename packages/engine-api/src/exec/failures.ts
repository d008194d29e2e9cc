import { setTimeout as delay } from 'node:timers/promises'
import { AnswerError } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { findJson, inspectJson, isRunning, runs } from '../containers/inspect.ts'
import { answerFailure, ownFailure, type Call } from '../errors/failure.ts'
import { saysContainerGone, startFailure, startFailureExitCode } from '../errors/texts.ts'

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

/** The engine's words came as the output of a process that never was; also when the container was stopping by then. */
export async function neverStarted(
  call: Call,
  containerId: string,
  message: string,
  signal: AbortSignal | undefined,
): Promise<Error> {
  const known = startFailure(message)
  if (saysContainerGone(message) || (known === undefined && !(await isRunning(call.client, containerId, signal)))) {
    return ownFailure(call, 'CONTAINER_NOT_RUNNING', {}, `the container does not run: ${message}. Start it first.`)
  }
  const reason = known ?? 'other'
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

/** By SIGKILL, as all processes of a container are when its first one ends. */
const killed = 137

/** Exit codes from here on tell of a signal, which may have been the end of the whole container. */
const signalled = 128

/** Which run of its container a process belongs to: since when that one lasts, or `undefined` where it is not known. */
export type ContainerRun = Promise<string | undefined>

/** To be asked for while the process begins: its container may be another run's when the process has ended. */
export function containerRun(client: EngineClient, containerId: string, signal: AbortSignal | undefined): ContainerRun {
  return inspectJson(client, containerId, signal).then(
    ({ State: state }) => state.StartedAt,
    () => undefined,
  )
}

/** Throws when the exit code is the container's end rather than the process's own. */
export async function refuseInterrupted(
  call: Call,
  containerId: string,
  { exitCode, run }: { readonly exitCode: number; readonly run: ContainerRun },
  signal: AbortSignal | undefined,
): Promise<void> {
  if (exitCode < signalled) return
  // The engine may learn of the container's end a little later than of the exec's.
  for (const pauseMs of exitCode === killed ? [0, 20, 60, 200] : [0]) {
    if (pauseMs > 0) await delay(pauseMs, undefined, signal === undefined ? {} : { signal })
    const json = await findJson(call.client, containerId, signal)
    if (json === undefined || !runs(call.client, json)) throw interrupted(call)
    const began = await run
    if (began !== undefined && began !== json.State.StartedAt) throw interrupted(call)
  }
}

export function interrupted(call: Call, cause?: unknown): Error {
  const text =
    'the container went away while the process ran, so its exit code is not its own. Start the container and run it again.'
  return ownFailure(call, 'EXEC_INTERRUPTED', {}, text, cause === undefined ? {} : { cause })
}
