import { setTimeout as delay } from 'node:timers/promises'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { until, withSignal } from '../client/signals.ts'
import type { Call } from '../errors/failure.ts'
import { connectionLost, TransportError } from '../transport/errors.ts'
import { interrupted } from './failures.ts'
import { untilQuiet } from './quiet.ts'

/** The part of `GET /exec/{id}/json` that is used here. */
export interface ExecJson {
  readonly Running: boolean
  readonly ExitCode: number | null
  /** On the engine's host; 0 when no process was ever started. */
  readonly Pid: number
}

export async function execJson(
  client: EngineClient,
  execId: string,
  signal: AbortSignal | undefined,
): Promise<ExecJson> {
  const endpoints = await client.endpoints()
  const json: unknown = await endpoints.getExec(execId).inspect(withSignal(signal, {}))
  return json as ExecJson
}

/** The exec once it has ended: the output may end a moment before the engine has the exit code. */
export async function endedExec(call: Call, execId: string, signal: AbortSignal | undefined): Promise<ExecJson> {
  try {
    return await until(async () => {
      const exec = await execJson(call.client, execId, signal)
      return hasEnded(exec) ? exec : undefined
    }, signal)
  } catch (error) {
    if (isAnswer(error, 404)) throw interrupted(call, error)
    // On a raw connection a daemon that dies looks like an end; that it does not answer now tells the two apart.
    if (error instanceof TransportError && error.kind === 'unavailable')
      throw connectionLost('while the process ran', error)
    throw error
  }
}

export function hasEnded(exec: ExecJson): boolean {
  return !exec.Running && exec.ExitCode !== null
}

const firstPauseMs = 250
const longestPauseMs = 2000

/**
 * Resolves when the process has ended and its output has been silent for a while: engines keep the connection open
 * for minutes when the process did not read all of its input. The signal must be aborted when the output ends by itself.
 */
export async function silenceAfterEnd(
  client: EngineClient,
  execId: string,
  lastOutput: () => number,
  signal: AbortSignal,
): Promise<void> {
  const pause = (ms: number): Promise<unknown> => delay(ms, undefined, { signal, ref: false })
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    await pause(pauseMs)
    if (await isOver(client, execId, signal)) break
  }
  await silence(client, execId, lastOutput, signal)
}

/** Resolves when an ended process has been silent for a while; the signal ends the waiting. */
export async function silence(
  client: EngineClient,
  execId: string,
  lastOutput: () => number,
  signal: AbortSignal,
): Promise<void> {
  await untilQuiet(() => isOver(client, execId, signal), lastOutput, signal)
}

async function isOver(client: EngineClient, execId: string, signal: AbortSignal): Promise<boolean> {
  try {
    return hasEnded(await execJson(client, execId, signal))
  } catch (error) {
    // Gone together with its container.
    if (isAnswer(error, 404)) return true
    throw error
  }
}
