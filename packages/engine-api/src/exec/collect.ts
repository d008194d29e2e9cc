import {
  collectOutput,
  type ByteSource,
  type CollectedOutput,
  type CollectLimit,
  type ExecContainerOptions,
  type ExecResult,
  type ExecSpec,
  type LogChunk,
} from '@moorage/runtime-core'
import { AnswerError, isAnswer } from '../client/answer-error.ts'
import { asHijackedStream, type EngineClient } from '../client/client.ts'
import { until, withSignal } from '../client/signals.ts'
import { containerCall, findJson, missingContainer, runs } from '../containers/inspect.ts'
import { answerFailure, ownFailure, perform, type Call } from '../errors/failure.ts'
import { startFailure, startFailureExitCode } from '../errors/texts.ts'
import { connectionLost, TransportError } from '../transport/errors.ts'
import { demultiplex } from '../transport/frames.ts'
import type { HijackedStream } from '../transport/hijack.ts'
import { execJson, hasEnded, silenceAfterEnd, type ExecJson } from './inspect.ts'

const defaultMaxOutputBytes = 16 * 1024 * 1024

/** `POST /containers/{id}/exec`, then `POST /exec/{id}/start` on a connection of its own, then `GET /exec/{id}/json`. */
export async function execContainer(
  client: EngineClient,
  id: string,
  spec: ExecSpec,
  options: ExecContainerOptions = {},
): Promise<ExecResult> {
  const { signal, maxOutputBytes = defaultMaxOutputBytes, onOutputLimit = 'error', stdin } = options
  const call = containerCall(client, 'execContainer', id)
  return perform(call, { ...missingContainer, 409: 'CONTAINER_NOT_RUNNING' }, async () => {
    const endpoints = await client.endpoints()
    const exec = await startedOrThrow(call, async () => {
      const made = await endpoints.getContainer(id).exec(withSignal(signal, execBody(spec, stdin !== undefined)))
      const stream: unknown = await made.start(
        withSignal(signal, { hijack: true, Detach: false, Tty: spec.tty ?? false }),
      )
      return { id: made.id, stream: asHijackedStream(stream), isTerminal: spec.tty ?? false }
    })
    await using stream = exec.stream
    const onLimit = (): Error =>
      ownFailure(
        call,
        'OUTPUT_LIMIT',
        { limitBytes: maxOutputBytes },
        `the process wrote more than ${maxOutputBytes} bytes. Raise \`maxOutputBytes\`, or pass \`onOutputLimit: 'truncate'\`.`,
      )
    const limit = { maxBytes: maxOutputBytes, onLimit: onOutputLimit === 'truncate' ? onOutputLimit : onLimit }
    const output = await collected(client, exec, feed(stream, stdin), limit, signal)
    const ended = await endedExec(call, exec.id, signal)
    const text = { stdout: decode(output.stdout), stderr: decode(output.stderr) }
    const exitCode = ended.ExitCode ?? 0
    const said = `${text.stdout}${text.stderr}`
    if (client.dialect.neverStarted({ exitCode, pid: ended.Pid, output: said })) throw neverStarted(call, said.trim())
    if (exitCode >= signalled) await refuseInterrupted(call, id, signal)
    return { exitCode, ...text, stdoutBytes: output.stdout, stderrBytes: output.stderr, truncated: output.truncated }
  })
}

/** Exit codes from here on tell of a signal, which may have been the end of the whole container. */
const signalled = 128

function execBody(spec: ExecSpec, hasInput: boolean): object {
  return {
    Cmd: [...spec.command],
    AttachStdout: true,
    AttachStderr: true,
    AttachStdin: hasInput,
    Tty: spec.tty ?? false,
    ...(spec.env && { Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`) }),
    ...(spec.user !== undefined && { User: spec.user }),
    ...(spec.workingDirectory !== undefined && { WorkingDir: spec.workingDirectory }),
    ...(spec.privileged !== undefined && { Privileged: spec.privileged }),
  }
}

/** Engines that look the user up themselves refuse the request; others tell in the output. */
async function startedOrThrow<T>(call: Call, start: () => Promise<T>): Promise<T> {
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

const adviceOnStart = 'Check the command, the user and the working directory of the exec.'

function neverStarted(call: Call, message: string): Error {
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

interface StartedExec {
  readonly id: string
  readonly stream: HijackedStream
  readonly isTerminal: boolean
}

/** The output to its end, while the input goes in; an input that fails is the call's failure. */
async function collected(
  client: EngineClient,
  { id, stream, isTerminal }: StartedExec,
  feeding: Promise<void>,
  limit: CollectLimit,
  signal: AbortSignal | undefined,
): Promise<CollectedOutput> {
  let lastOutput = performance.now()
  const over = new AbortController()
  const timed = async function* (): AsyncGenerator<LogChunk, undefined> {
    try {
      for await (const chunk of chunks(stream, isTerminal)) {
        lastOutput = performance.now()
        yield chunk
      }
    } catch (error) {
      // Podman resets the connection of a process that has not read all of its input.
      if (!isLost(error) || !hasEnded(await execJson(client, id, signal))) throw error
    }
  }
  silenceAfterEnd(client, id, () => lastOutput, over.signal).then(
    () => stream.destroy(),
    // Ended with the output, or the connection is gone, which the output tells.
    () => undefined,
  )
  try {
    const failedInput = feeding.then(() => new Promise<never>(() => undefined))
    return await Promise.race([collectOutput(timed(), limit), failedInput])
  } finally {
    over.abort()
  }
}

async function* chunks(stream: HijackedStream, isTerminal: boolean): AsyncGenerator<LogChunk, undefined> {
  if (isTerminal) {
    for await (const bytes of stream.output) yield { stream: 'stdout', bytes }
    return
  }
  for await (const { stream: name, bytes } of demultiplex(stream.output)) {
    if (name !== 'stdin') yield { stream: name, bytes }
  }
}

/** A process may end, or close its stdin, before it has read everything: that is no failure of the call. */
async function feed(stream: HijackedStream, source: ByteSource | undefined): Promise<void> {
  if (source === undefined) return
  const pieces = typeof source === 'string' || source instanceof Uint8Array ? [source] : source
  for await (const piece of pieces) {
    if (!(await accepts(() => stream.write(piece)))) return
  }
  await accepts(() => stream.end())
}

async function accepts(write: () => Promise<void>): Promise<boolean> {
  try {
    await write()
    return true
  } catch (error) {
    if (error instanceof TransportError && error.kind !== 'protocol') return false
    throw error
  }
}

/** The output may end a moment before the engine has the exit code. */
async function endedExec(call: Call, execId: string, signal: AbortSignal | undefined): Promise<ExecJson> {
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

function isLost(error: unknown): boolean {
  return error instanceof TransportError && error.kind === 'connection-lost'
}

async function refuseInterrupted(call: Call, id: string, signal: AbortSignal | undefined): Promise<void> {
  const json = await findJson(call.client, id, signal)
  if (json === undefined || !runs(call.client, json)) throw interrupted(call)
}

function interrupted(call: Call, cause?: unknown): Error {
  const text =
    'the container went away while the process ran, so its exit code is not its own. Start the container and run it again.'
  return ownFailure(call, 'EXEC_INTERRUPTED', {}, text, cause === undefined ? {} : { cause })
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}
