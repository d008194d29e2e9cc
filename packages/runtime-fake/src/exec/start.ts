import { signalName, unsupported, type ExecProcess, type ExecSpec, type StartExecOptions } from '@moorage/runtime-core'
import { toBytes } from '../engine/bytes.ts'
import type { FakeEngine } from '../engine/engine.ts'
import { containerCall, fail } from '../engine/lookup.ts'
import { feed } from './feed.ts'
import { spawnExec, type SpawnedExec } from './spawn.ts'

const operation = 'startExec'

export function startExec(
  engine: FakeEngine,
  id: string,
  spec: ExecSpec,
  { detach = false, onAbort = 'kill', stdin, terminalSize, signal }: StartExecOptions = {},
): ExecProcess {
  const exec = spawnExec(engine, operation, id, spec, terminalSize)
  const call = containerCall(operation, id)
  const fed = stdin === undefined || detach ? undefined : feed(call, exec.stdin, stdin)
  const ended = exec.exited().then((exitCode) => ({ exitCode }))
  const exited = fed === undefined ? ended : Promise.race([ended, fed.then(() => ended)])
  const common = {
    id: exec.record.id,
    exited,
    async kill(name = 'SIGTERM') {
      const known = signalName(name)
      if (known === undefined) throw fail(call, 'ENGINE_ERROR', `${name} is no signal.`, {})
      exec.record.process.kill(known)
    },
  }
  exited.catch(() => undefined)
  if (detach) return { ...common, ...withoutStreams(exec) }
  const leave = (): void => {
    if (onAbort === 'kill') exec.record.process.kill('SIGKILL')
    exec.output.discard()
  }
  signal?.addEventListener('abort', leave, { once: true })
  const forget = (): void => signal?.removeEventListener('abort', leave)
  exited.then(forget, forget)
  fed?.catch((error: unknown) => {
    exec.output.fail(error)
    exec.record.process.kill('SIGKILL')
  })
  return {
    ...common,
    output: exec.output.stream(),
    async write(bytes) {
      if (exec.stdin.isEnded || exec.stdin.isDiscarding) {
        throw fail(call, 'STDIN_CLOSED', 'its input has ended.', {})
      }
      await exec.stdin.write(toBytes(bytes))
    },
    endStdin: async () => exec.stdin.end(),
    resize: async (size) => exec.record.process.resize(size),
    async [Symbol.asyncDispose]() {
      leave()
    },
  }
}

function withoutStreams(exec: SpawnedExec): Omit<ExecProcess, 'id' | 'exited' | 'kill'> {
  exec.stdin.end()
  exec.output.discard()
  const noStream = (): Promise<never> => Promise.reject(unsupported(operation, { field: 'options.detach' }, 'fake'))
  return {
    output: exec.output.stream(),
    write: noStream,
    endStdin: noStream,
    resize: noStream,
    async [Symbol.asyncDispose]() {
      // It was let go.
    },
  }
}
