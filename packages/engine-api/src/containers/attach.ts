import {
  invalidArgument,
  type AttachContainerOptions,
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
import { attachedRunOver } from './attach-end.ts'
import { containerCall, inspectJson, isRunning, missingContainer, runs } from './inspect.ts'

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
    const buffer = new OutputBuffer(hijackedChunks(stream, json.Config.Tty === true))
    const left = new AbortController()
    attachedRunOver(client, json, () => buffer.silentSince, left.signal).then(
      () => stream.destroy(),
      // Left before, or the engine does not answer, which the output tells.
      () => undefined,
    )
    const output = buffer.stream(failed, () => left.abort())
    const input = new ProcessInput(call, stream, {
      meanings: missingContainer,
      isOver: () => false,
      hasEnded: async () => !(await isRunning(client, json.Id, signal)),
    })
    return {
      output,
      write: (bytes: string | Uint8Array) =>
        stdin ? input.write(bytes) : Promise.reject(inputClosed(call, 'pass `stdin: true` to write to the process')),
      endStdin: () => (stdin ? input.end() : Promise.resolve()),
      resize: (size: TerminalSize) => perform(call, missingContainer, () => resizer.resize(size)),
      async [Symbol.asyncDispose]() {
        left.abort()
        stream.destroy()
        await output.return()
      },
    }
  })
}
