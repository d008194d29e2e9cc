import {
  collectOutput,
  RuntimeError,
  type CollectLimit,
  type ExecContainerOptions,
  type ExecResult,
  type ExecSpec,
} from '@moorage/runtime-core'
import type { FakeEngine } from '../engine/engine.ts'
import { containerCall } from '../engine/lookup.ts'
import { feed } from './feed.ts'
import { spawnExec } from './spawn.ts'

const operation = 'execContainer'
const defaultMaxOutputBytes = 16 * 1024 * 1024

export async function execContainer(
  engine: FakeEngine,
  id: string,
  spec: ExecSpec,
  { stdin, maxOutputBytes = defaultMaxOutputBytes, onOutputLimit = 'error', signal }: ExecContainerOptions = {},
): Promise<ExecResult> {
  const exec = spawnExec(engine, operation, id, spec)
  const kill = (): void => exec.record.process.kill('SIGKILL')
  signal?.addEventListener('abort', kill, { once: true })
  try {
    const fed =
      stdin === undefined ? Promise.resolve(exec.stdin.end()) : feed(containerCall(operation, id), exec.stdin, stdin)
    const failed = new Promise<never>((_, reject) => {
      fed.catch(reject)
    })
    const limit: CollectLimit = {
      maxBytes: maxOutputBytes,
      onLimit: onOutputLimit === 'truncate' ? 'truncate' : () => tooMuch(id, maxOutputBytes),
    }
    const collected = await Promise.race([collectOutput(exec.output.stream(), limit), failed])
    const exitCode = await Promise.race([exec.exited(), failed])
    signal?.throwIfAborted()
    const { stdout, stderr, truncated } = collected
    const decoder = new TextDecoder()
    return {
      exitCode,
      stdout: decoder.decode(stdout),
      stderr: decoder.decode(stderr),
      stdoutBytes: stdout,
      stderrBytes: stderr,
      truncated,
    }
  } catch (error) {
    kill()
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', kill)
  }
}

function tooMuch(id: string, limitBytes: number): RuntimeError<'OUTPUT_LIMIT'> {
  return new RuntimeError('OUTPUT_LIMIT', {
    message: `${operation}: the process wrote more than ${limitBytes} bytes. Raise \`maxOutputBytes\`, or let \`onOutputLimit\` be \`truncate\`.`,
    operation,
    resource: { kind: 'container', id },
    details: { limitBytes },
  })
}
