import {
  createStream,
  invalidArgument,
  type AttachContainerOptions,
  type AttachmentEnd,
  type ContainerAttachment,
  type LogChunk,
} from '@moorage/runtime-core'
import type { FakeEngine } from '../engine/engine.ts'
import { toBytes } from '../engine/bytes.ts'
import { containerCall, fail, needContainer } from '../engine/lookup.ts'
import { Pipe } from '../programs/pipe.ts'
import { hasProcess } from './exit.ts'

/** One that has exited is refused; one that was only created is waited for. */
export function attachContainer(
  engine: FakeEngine,
  id: string,
  { includeLogs = false, stdin = false, signal }: AttachContainerOptions = {},
): ContainerAttachment {
  const call = containerCall('attachContainer', id)
  const container = needContainer(engine, call.operation, id)
  if (container.status !== 'created' && !hasProcess(container)) {
    const text = `it is ${container.status}, so there is no process to attach to. Start it first, or read its logs.`
    throw fail(call, 'CONTAINER_NOT_RUNNING', text, {})
  }
  const { tty = false, openStdin = false } = container.spec
  if (stdin && !openStdin) {
    throw invalidArgument(call.operation, 'options.stdin', 'left out: the container was created without `openStdin`')
  }
  const output = new Pipe<LogChunk>()
  const logged = includeLogs ? container.logs.map(({ stream, bytes }) => ({ stream, bytes })) : []
  for (const chunk of logged) output.write(chunk).catch(() => undefined)
  container.attached.add(output)
  const input = container.stdin
  let hasEnded = false
  const exitsBefore = container.exits
  let isDetached = false
  const detach = (): void => {
    isDetached = true
    container.attached.delete(output)
    container.changes.notify()
  }
  const ended = container.changes.until<AttachmentEnd>(() => {
    if (container.exits > exitsBefore) return { type: 'exited' }
    if (container.removed) return { type: 'removed' }
    return isDetached ? { type: 'detached' } : undefined
  }, signal)
  const leave = (): void => {
    detach()
    output.discard()
  }
  // After an abort nothing reads the output: the process must not wait for it.
  ended.then(() => output.end(), leave)
  const endStdin = (): void => {
    if (!stdin) return
    hasEnded = true
    // A terminal's input has no end.
    if (!tty) input.end()
  }
  return {
    output: createStream(() => ({ pull: () => output.next(), release: leave }), leave),
    ended,
    async write(bytes) {
      const why = stdin ? 'its input has ended' : 'pass `stdin: true` to write to the process'
      if (!stdin || hasEnded || input.isEnded) throw fail(call, 'STDIN_CLOSED', `${why}.`, {})
      await input.write(toBytes(bytes))
    },
    endStdin: async () => endStdin(),
    async resize(size) {
      needContainer(engine, call.operation, id).process?.resize(size)
    },
    async [Symbol.asyncDispose]() {
      leave()
      endStdin()
    },
  }
}
