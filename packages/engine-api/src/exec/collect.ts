import {
  collectOutput,
  type CollectedOutput,
  type CollectLimit,
  type ExecContainerOptions,
  type ExecResult,
  type ExecSpec,
  type LogChunk,
} from '@moorage/runtime-core'
import type { Background } from '../background.ts'
import { asHijackedStream, type EngineClient } from '../client/client.ts'
import { withSignal } from '../client/signals.ts'
import { containerCall, missingContainer } from '../containers/inspect.ts'
import { ownFailure, perform } from '../errors/failure.ts'
import type { HijackedStream } from '../transport/hijack.ts'
import { createExec } from './create.ts'
import { execChunks } from './ending.ts'
import { refusePlaceholder } from './exit-code.ts'
import { containerRun, neverStarted, refuseInterrupted, startedOrThrow } from './failures.ts'
import { feed, type Feeding } from './feed.ts'
import { inputGate } from './input-gate.ts'
import { endedExec, silenceAfterEnd, type EndedExecJson } from './inspect.ts'
import { endExec } from './kill.ts'
import { execBody, newMark } from './mark.ts'
import { Typing } from './terminal.ts'

const defaultMaxOutputBytes = 16 * 1024 * 1024

/** `POST /containers/{id}/exec`, then `POST /exec/{id}/start` on a connection of its own, then `GET /exec/{id}/json`. */
export async function execContainer(
  client: EngineClient,
  background: Background,
  id: string,
  spec: ExecSpec,
  options: ExecContainerOptions = {},
): Promise<ExecResult> {
  const { signal, maxOutputBytes = defaultMaxOutputBytes, onOutputLimit = 'error', stdin } = options
  const call = containerCall(client, 'execContainer', id)
  const mark = newMark()
  return perform(call, { ...missingContainer, 409: 'CONTAINER_NOT_RUNNING' }, async () => {
    const endpoints = await client.endpoints()
    const body = execBody(spec, { stdin: stdin !== undefined, mark })
    const execId = await startedOrThrow(call, () => createExec(client, id, body, signal))
    const isTerminal = spec.tty ?? false
    // Closing the connection ends nothing in the container.
    const endIt = (): void => {
      const marked = { id: execId, containerId: id, spec, mark }
      background.run(call.operation, (lasting) => endExec(call, marked, lasting))
    }
    const run = containerRun(client, id, signal)
    const opened = await startedOrThrow(call, () =>
      endpoints.getExec(execId).start(withSignal(signal, { hijack: true, Detach: false, Tty: isTerminal })),
    ).catch((error: unknown) => {
      // The engine may begin it all the same.
      if (signal?.aborted === true) endIt()
      throw error
    })
    await using stream = asHijackedStream(opened)
    let reported: EndedExecJson | undefined
    const onEnded = (exec: EndedExecJson): void => void (reported = exec)
    const exec = { id: execId, containerId: id, stream, isTerminal, onEnded }
    const onLimit = (): Error =>
      ownFailure(
        call,
        'OUTPUT_LIMIT',
        { limitBytes: maxOutputBytes },
        `the process wrote more than ${maxOutputBytes} bytes, and was killed. Raise \`maxOutputBytes\`, or pass \`onOutputLimit: 'truncate'\`.`,
      )
    const limit = { maxBytes: maxOutputBytes, onLimit: onOutputLimit === 'truncate' ? onOutputLimit : onLimit }
    const typing = isTerminal ? new Typing() : undefined
    const feeding =
      stdin === undefined
        ? undefined
        : feed(call, stream, stdin, {
            typing,
            gate: inputGate(client, { id: execId, containerId: id, hasBegun: false }),
          })
    let output: CollectedOutput | undefined
    let ended: EndedExecJson
    try {
      output = await collected(client, exec, feeding, limit, signal)
      ended = reported ?? (await endedExec(call, exec.id, signal))
    } catch (error) {
      // It may go on without any output; what tells that it is gone is no reason to look for it.
      if (output === undefined || signal?.aborted === true) endIt()
      throw error
    } finally {
      feeding?.leave()
    }
    const exitCode = ended.ExitCode
    const text = { stdout: decode(output.stdout), stderr: decode(output.stderr) }
    const said = `${text.stdout}${text.stderr}`
    if (client.dialect.neverStarted({ exitCode, pid: ended.Pid, output: said }))
      throw await neverStarted(call, id, said.trim(), signal)
    await refuseInterrupted(call, id, { exitCode, run }, signal)
    await refusePlaceholder(call, id, { ...ended, id: execId }, signal)
    return { exitCode, ...text, stdoutBytes: output.stdout, stderrBytes: output.stderr, truncated: output.truncated }
  })
}

interface StartedExec {
  readonly id: string
  readonly containerId: string
  readonly stream: HijackedStream
  readonly isTerminal: boolean
  readonly onEnded: (ended: EndedExecJson) => void
}

/** The output to its end, while the input goes in; an input that fails is the call's failure. */
async function collected(
  client: EngineClient,
  { stream, ...exec }: StartedExec,
  feeding: Feeding | undefined,
  limit: CollectLimit,
  signal: AbortSignal | undefined,
): Promise<CollectedOutput> {
  let lastOutput = performance.now()
  const over = new AbortController()
  const chunks = execChunks(client, stream, exec, signal)
  const timed = async function* (): AsyncGenerator<LogChunk, undefined> {
    for await (const chunk of chunks) {
      lastOutput = performance.now()
      yield chunk
    }
  }
  silenceAfterEnd(client, exec.id, () => lastOutput, over.signal).then(
    () => stream.destroy(),
    // Ended with the output, or the connection is gone, which the output tells.
    () => undefined,
  )
  try {
    const output = collectOutput(timed(), limit)
    if (feeding === undefined) return await output
    return await Promise.race([output, feeding.done.then(() => output)])
  } finally {
    over.abort()
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}
