import { setTimeout as delay } from 'node:timers/promises'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { until, withSignal } from '../client/signals.ts'
import { isRecord, malformed, type AnswerRecord } from '../client/shapes.ts'
import { whileAnswering } from '../containers/live-process.ts'
import type { Call } from '../errors/failure.ts'
import { interrupted } from './failures.ts'
import { untilQuiet } from './quiet.ts'

/** The part of `GET /exec/{id}/json` that is used here. */
export interface ExecJson {
  readonly Running: boolean
  readonly ExitCode: number | null
  /** On the engine's host; 0 when no process was ever started. */
  readonly Pid: number
}

/** An exec that has ended, with its exit code. */
export interface EndedExecJson extends ExecJson {
  readonly ExitCode: number
}

/** `GET /exec/{id}/json`. */
export async function execJson(
  client: EngineClient,
  execId: string,
  signal: AbortSignal | undefined,
): Promise<ExecJson> {
  const endpoints = await client.endpoints()
  const json: unknown = await endpoints.getExec(execId).inspect(withSignal(signal, {}))
  return decodeExec(json, `GET /exec/${execId}/json`)
}

function decodeExec(answer: unknown, request: string): ExecJson {
  const { Running, ExitCode, Pid }: AnswerRecord = isRecord(answer) ? answer : {}
  const hasCode = ExitCode === null || Number.isInteger(ExitCode)
  if (typeof Running !== 'boolean' || !hasCode || !Number.isInteger(Pid)) {
    throw malformed(request, '`Running`, `ExitCode` and `Pid` of an exec')
  }
  return { Running, ExitCode: ExitCode === null ? null : Number(ExitCode), Pid: Number(Pid) }
}

/** The exec once it has ended. */
export async function endedExec(call: Call, execId: string, signal: AbortSignal | undefined): Promise<EndedExecJson> {
  return whileAnswering(() =>
    until(async () => {
      const exec = await execJson(call.client, execId, signal)
      return hasEnded(exec) ? exec : undefined
    }, signal),
  ).catch((error: unknown) => {
    throw isAnswer(error, 404) ? interrupted(call, error) : error
  })
}

export function hasEnded(exec: ExecJson): exec is EndedExecJson {
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
