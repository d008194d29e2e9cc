import {
  invalidArgument,
  type AttachContainerOptions,
  type AttachmentEnd,
  type ContainerAttachment,
  type TerminalSize,
} from '@moorage/runtime-core'
import { asHijackedStream, type EngineClient } from '../client/client.ts'
import { withSignal } from '../client/signals.ts'
import { failure, ownFailure, perform } from '../errors/failure.ts'
import { hijackedChunks } from '../exec/hijacked.ts'
import { inputClosed, ProcessInput } from '../exec/input.ts'
import { OutputBuffer } from '../exec/output-buffer.ts'
import { Resizer } from '../exec/resizer.ts'
import { untilQuiet } from '../exec/quiet.ts'
import { AttachedRun } from './attach-end.ts'
import { containerCall, findJson, inspectJson, isRunning, missingContainer, runs } from './inspect.ts'

/** `POST /containers/{id}/attach`. One that has exited is refused: engines would keep the connection open for ever. */
export async function attachContainer(
  client: EngineClient,
  id: string,
  { includeLogs = false, stdin = false, signal }: AttachContainerOptions = {},
): Promise<ContainerAttachment> {
  const call = containerCall(client, 'attachContainer', id)
  return perform(call, missingContainer, async () => {
    const json = await inspectJson(client, id, signal)
    const { status } = client.dialect.containerStatus(json.State.Status)
    if (status !== 'created' && !runs(client, json)) {
      const text = `container \`${id}\` is ${status}, so there is no process to attach to. Start it first, or read its logs.`
      throw ownFailure(call, 'CONTAINER_NOT_RUNNING', {}, text)
    }
    if (stdin && json.Config.OpenStdin !== true)
      throw invalidArgument(call.operation, 'options.stdin', 'left out: the container was created without `openStdin`')
    const container = (await client.endpoints()).getContainer(json.Id)
    const query = { stream: true, stdout: true, stderr: true, stdin, logs: includeLogs, hijack: true }
    const opened: unknown = await container.attach(withSignal(signal, query))
    const stream = asHijackedStream(opened)
    const resizer = new Resizer(client, `/containers/${json.Id}/resize`)
    const failed = (error: unknown): unknown => failure(call, missingContainer, error)
    const left = new AbortController()
    const run = new AttachedRun(client, json)
    const ended = deferred<AttachmentEnd>()
    const chunks = hijackedChunks(stream, {
      isTerminal: json.Config.Tty === true,
      confirmEnd: () => run.confirmOver(left.signal).then(ended.resolve),
      reportsLoss: client.dialect.reportsLoss,
    })
    const buffer = new OutputBuffer(chunks, (error) => ended.reject(failed(error)))
    const over = run.over(left.signal)
    over.then(ended.resolve, (error: unknown) => ended.reject(failed(error)))
    // Engines keep a connection open for ever that was made just as the container was exiting.
    over
      .then(() =>
        untilQuiet(
          () => findJson(client, json.Id, left.signal),
          () => buffer.silentSince,
          left.signal,
        ),
      )
      .then(
        () => stream.destroy(),
        // Left before, or the engine does not answer, which the output reports.
        () => undefined,
      )
    const leave = (): void => {
      ended.resolve({ type: 'detached' })
      left.abort()
    }
    const output = buffer.stream(failed, leave)
    const input = new ProcessInput(call, stream, {
      meanings: missingContainer,
      isOver: () => false,
      hasEnded: async () => !(await isRunning(client, json.Id, signal)),
    })
    return {
      output,
      ended: ended.promise,
      write: (bytes: string | Uint8Array) =>
        stdin ? input.write(bytes) : Promise.reject(inputClosed(call, 'pass `stdin: true` to write to the process')),
      endStdin: () => (stdin ? input.end() : Promise.resolve()),
      resize: (size: TerminalSize) => perform(call, missingContainer, () => resizer.resize(size)),
      async [Symbol.asyncDispose]() {
        leave()
        stream.destroy()
        await output.return()
      },
    }
  })
}

interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (reason: unknown) => void
}

/** A promise whose rejection need not be handled. `Promise.withResolvers` is newer than Node 20. */
function deferred<T>(): Deferred<T> {
  let settle: Omit<Deferred<T>, 'promise'> | undefined
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject }
  })
  promise.catch(() => undefined)
  return { promise, resolve: (value) => settle?.resolve(value), reject: (reason) => settle?.reject(reason) }
}
