import type { ExecProcess, ExecSpec, LogChunk, StartExecOptions, TerminalSize } from '@moorage/runtime-core'
import { createStream, unsupported } from '@moorage/runtime-core'
import type { Background } from '../background.ts'
import { asHijackedStream, type EngineClient } from '../client/client.ts'
import { until, withSignal } from '../client/signals.ts'
import { containerCall, missingContainer } from '../containers/inspect.ts'
import { failure, perform, type Call } from '../errors/failure.ts'
import type { HijackedStream } from '../transport/hijack.ts'
import { createExec } from './create.ts'
import { execChunks } from './ending.ts'
import { refusePlaceholder } from './exit-code.ts'
import { containerRun, neverStarted, refuseInterrupted, startedOrThrow, type ContainerRun } from './failures.ts'
import { feed } from './feed.ts'
import { ProcessInput } from './input.ts'
import { inputGate, type InputGate } from './input-gate.ts'
import { endedExec, execJson, hasEnded, silence } from './inspect.ts'
import { endExec, killMarked, type MarkedExec } from './kill.ts'
import { execBody, newMark } from './mark.ts'
import { OutputBuffer } from './output-buffer.ts'
import { Resizer } from './resizer.ts'
import { Typing } from './terminal.ts'

const meanings = { ...missingContainer, 409: 'CONTAINER_NOT_RUNNING' } as const

/** `POST /containers/{id}/exec` and `POST /exec/{id}/start` on a connection of its own; resolves once the process runs. */
export async function startExec(
  client: EngineClient,
  background: Background,
  id: string,
  spec: ExecSpec,
  options: StartExecOptions = {},
): Promise<ExecProcess> {
  const { signal, terminalSize, detach = false, onAbort = 'kill', stdin } = options
  const call = containerCall(client, 'startExec', id)
  const mark = newMark()
  return perform(call, meanings, async () => {
    const endpoints = await client.endpoints()
    const body = execBody(spec, { stdin: !detach, mark })
    const execId = await startedOrThrow(call, () => createExec(client, id, body, signal))
    const made = endpoints.getExec(execId)
    const exec: MarkedExec = { id: execId, containerId: id, spec, mark }
    const kill = (): void => background.run(call.operation, (lasting) => endExec(call, exec, lasting))
    const endIt = (): void => {
      if (onAbort === 'kill') kill()
    }
    if (!detach) signal?.addEventListener('abort', endIt, { once: true })
    const forget = (): void => signal?.removeEventListener('abort', endIt)
    const run = containerRun(client, id, signal)
    try {
      if (detach) {
        await startedOrThrow(call, () => made.start(withSignal(signal, { Detach: true, Tty: spec.tty ?? false })))
        return detachedProcess(call, exec, run)
      }
      const start = { hijack: true, Detach: false, Tty: spec.tty ?? false, ...consoleSize(terminalSize) }
      const stream = asHijackedStream(await startedOrThrow(call, () => made.start(withSignal(signal, start))))
      const lost = new AbortController()
      const chunks = execChunks(client, stream, { ...exec, isTerminal: spec.tty ?? false }, signal)
      const output = new OutputBuffer(chunks, (error) => lost.abort(error))
      await confirmStart(call, execId, output, signal).catch((error: unknown) => {
        stream.destroy()
        throw error
      })
      const process = new RunningExec(call, exec, {
        run,
        stream,
        output,
        lost: lost.signal,
        kill,
        endIt,
        forget,
        signal,
      })
      if (terminalSize !== undefined) await process.resize(terminalSize)
      if (stdin !== undefined) process.feed(stdin)
      return process
    } catch (error) {
      if (signal?.aborted !== true) forget()
      throw error
    }
  })
}

/** As Docker takes it, and as Podman does; older engines ignore both, and the resize that follows is for them. */
function consoleSize(size: TerminalSize | undefined): object {
  return size === undefined ? {} : { ConsoleSize: [size.rows, size.columns], h: size.rows, w: size.columns }
}

/** Engines hand the connection over before there is a process, and tell in the output that there is none. */
async function confirmStart(
  call: Call,
  execId: string,
  output: OutputBuffer,
  signal: AbortSignal | undefined,
): Promise<void> {
  const outcome = await until(async () => {
    const over = output.isOver
    const exec = await execJson(call.client, execId, signal)
    // `Running` is true already while the engine still tries.
    if (exec.Pid > 0) return { failed: undefined }
    if (!over || !hasEnded(exec)) return undefined
    const said = output.peekText()
    const ended = { exitCode: exec.ExitCode, pid: exec.Pid, output: said }
    return { failed: call.client.dialect.neverStarted(ended) ? said.trim() : undefined }
  }, signal)
  if (outcome.failed !== undefined) throw await neverStarted(call, call.resource?.id ?? '', outcome.failed, signal)
}

function detachedProcess(call: Call, exec: MarkedExec, run: ContainerRun): ExecProcess {
  const noStream = (): Promise<never> =>
    Promise.reject(unsupported('startExec', { field: 'options.detach' }, call.client.dialect.backend))
  const exited = endOf(call, exec.id, run, undefined)
  exited.catch(() => undefined)
  return {
    id: exec.id,
    output: createStream<LogChunk>(() => ({
      pull: () => Promise.resolve({ done: true, value: undefined }),
      release: () => undefined,
    })),
    write: noStream,
    endStdin: noStream,
    resize: noStream,
    kill: (killSignal = 'SIGTERM') =>
      perform(call, meanings, () => killMarked(call, exec, { killSignal, scope: 'process' }, undefined)),
    exited,
    async [Symbol.asyncDispose]() {
      // It was let go: nothing of ours is left to free.
    },
  }
}

async function endOf(
  call: Call,
  execId: string,
  run: ContainerRun,
  signal: AbortSignal | undefined,
): Promise<{ readonly exitCode: number }> {
  return perform(call, meanings, async () => {
    const containerId = call.resource?.id ?? ''
    const ended = await endedExec(call, execId, signal)
    const exitCode = ended.ExitCode
    await refuseInterrupted(call, containerId, { exitCode, run }, signal)
    await refusePlaceholder(call, containerId, { ...ended, id: execId }, signal)
    return { exitCode }
  })
}

interface ExecParts {
  readonly run: ContainerRun
  readonly stream: HijackedStream
  readonly output: OutputBuffer
  /** Aborted with the error when the output could not be read to its end. */
  readonly lost: AbortSignal
  /** Ends it with its children, in the background. */
  readonly kill: () => void
  /** What an abort does. */
  readonly endIt: () => void
  /** The abort has nothing left to end. */
  readonly forget: () => void
  readonly signal: AbortSignal | undefined
}

class RunningExec implements ExecProcess {
  readonly id: string
  readonly output: ExecProcess['output']
  readonly exited: Promise<{ readonly exitCode: number }>
  readonly #call: Call
  readonly #exec: MarkedExec
  readonly #parts: ExecParts
  readonly #resizer: Resizer
  readonly #input: ProcessInput
  readonly #left = new AbortController()
  readonly #typing: Typing | undefined
  readonly #gate: InputGate | undefined
  #failed: { readonly reason: unknown } | undefined
  #hasEnded = false

  constructor(call: Call, exec: MarkedExec, parts: ExecParts) {
    this.id = exec.id
    this.#call = call
    this.#exec = exec
    this.#parts = parts
    this.#resizer = new Resizer(call.client, `/exec/${exec.id}/resize`)
    this.#typing = exec.spec.tty === true ? new Typing() : undefined
    this.#gate = inputGate(call.client, { ...exec, hasBegun: true })
    this.#input = new ProcessInput(call, parts.stream, {
      meanings,
      gate: this.#gate,
      ...(this.#typing && { typing: this.#typing }),
      isOver: () => this.#hasEnded,
      hasEnded: async () => hasEnded(await execJson(call.client, exec.id, this.#left.signal)),
    })
    this.output = parts.output.stream((error) => failure(call, meanings, error))
    this.exited = this.#exit()
    // Whoever awaits it sees the failure; nobody may.
    this.exited.catch(() => undefined)
  }

  write(bytes: string | Uint8Array): Promise<void> {
    return this.#input.write(bytes)
  }

  endStdin(): Promise<void> {
    return this.#input.end()
  }

  resize(size: TerminalSize): Promise<void> {
    return perform(this.#call, meanings, () => this.#resizer.resize(size))
  }

  async kill(killSignal = 'SIGTERM'): Promise<void> {
    const how = { killSignal, scope: 'process' } as const
    await perform(this.#call, meanings, () => killMarked(this.#call, this.#exec, how, this.#left.signal))
    this.#parts.output.takeRemainder()
  }

  /** A source that fails ends the process, and is what its output and its end tell. */
  feed(source: NonNullable<StartExecOptions['stdin']>): void {
    const { stream, output } = this.#parts
    const feeding = feed(this.#call, stream, source, { typing: this.#typing, gate: this.#gate })
    this.exited.finally(() => feeding.leave()).catch(() => undefined)
    feeding.done.catch((reason: unknown) => {
      if (this.#hasEnded) return
      this.#failed = { reason }
      output.fail(reason)
      this.#parts.kill()
      this.#left.abort(reason)
      stream.destroy()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { forget, endIt, signal } = this.#parts
    forget()
    if (!this.#hasEnded && signal?.aborted !== true) endIt()
    this.#hasEnded = true
    this.#left.abort()
    this.#parts.stream.destroy()
    await this.output.return()
  }

  async #exit(): Promise<{ readonly exitCode: number }> {
    const { signal, forget, lost } = this.#parts
    const stopped = signal === undefined ? this.#left.signal : this.#either(signal)
    const polling = firstAborted(stopped, lost)
    try {
      return await endOf(this.#call, this.id, this.#parts.run, polling.signal)
    } catch (error) {
      if (this.#failed !== undefined) throw this.#failed.reason
      throw lost.aborted && !stopped.aborted ? failure(this.#call, meanings, lost.reason) : error
    } finally {
      polling.release()
      this.#gate?.close()
      this.#hasEnded = true
      forget()
      // Docker tells of no other exec's end in this container until it has handed this one's output over.
      this.#parts.output.takeRemainder()
      this.#endOutput(stopped)
    }
  }

  /** What a process has left behind may hold its output open for as long as it likes. */
  #endOutput(signal: AbortSignal): void {
    const { stream, output } = this.#parts
    silence(this.#call.client, this.id, () => output.silentSince, signal).then(
      () => stream.destroy(),
      // Left before, together with its output.
      () => undefined,
    )
  }

  #either(signal: AbortSignal): AbortSignal {
    const both = this.#left
    if (signal.aborted) both.abort(signal.reason)
    else {
      const forward = (): void => both.abort(signal.reason)
      signal.addEventListener('abort', forward, { once: true })
      both.signal.addEventListener('abort', () => signal.removeEventListener('abort', forward), { once: true })
    }
    return both.signal
  }
}

/** A signal that is aborted with the first of these. Not `AbortSignal.any`: on a signal that lives long it leaks. */
function firstAborted(...signals: readonly AbortSignal[]): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController()
  const forwards = signals.map((signal) => {
    const forward = (): void => controller.abort(signal.reason)
    if (signal.aborted) forward()
    signal.addEventListener('abort', forward, { once: true })
    return () => signal.removeEventListener('abort', forward)
  })
  return { signal: controller.signal, release: () => forwards.forEach((remove) => remove()) }
}
