import type { AttachContainerOptions, ContainerAttachment, LogChunk } from '@moorage/runtime-core'
import type { FakeEngine } from '../engine/engine.ts'
import { toBytes } from '../engine/bytes.ts'
import { containerCall, fail, needContainer } from '../engine/lookup.ts'
import { Pipe } from '../programs/pipe.ts'
import { hasProcess } from './exit.ts'

/** One that has exited is refused; one that was only created is waited for. */
export function attachContainer(
  engine: FakeEngine,
  id: string,
  { includeLogs = false, stdin = false }: AttachContainerOptions = {},
): ContainerAttachment {
  const call = containerCall('attachContainer', id)
  const container = needContainer(engine, call.operation, id)
  if (container.status !== 'created' && !hasProcess(container)) {
    const text = `it is ${container.status}, so there is no process to attach to. Start it first, or read its logs.`
    throw fail(call, 'CONTAINER_NOT_RUNNING', text, {})
  }
  const output = new Pipe<LogChunk>()
  const logged = includeLogs ? container.logs.map(({ stream, bytes }) => ({ stream, bytes })) : []
  for (const chunk of logged) output.write(chunk).catch(() => undefined)
  container.attached.add(output)
  const input = container.stdin
  const refuse = (): void => {
    if (stdin && !input.isEnded) return
    const why = stdin ? 'its stdin is closed' : 'pass `stdin: true` to write to it'
    throw fail(call, 'ENGINE_ERROR', `${why}.`, {})
  }
  return {
    output: output.stream(),
    async write(bytes) {
      refuse()
      await input.write(toBytes(bytes))
    },
    async endStdin() {
      if (stdin) input.end()
    },
    async resize(size) {
      needContainer(engine, call.operation, id).process?.resize(size)
    },
    async [Symbol.asyncDispose]() {
      container.attached.delete(output)
      output.discard()
    },
  }
}
