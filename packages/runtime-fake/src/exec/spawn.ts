import type { ExecSpec, LogChunk, TerminalSize } from '@moorage/runtime-core'
import {
  containerDirectory,
  containerFiles,
  containerUser,
  processEnvironment,
  sharedSetup,
} from '../containers/process-setup.ts'
import { noteEvent } from '../containers/event.ts'
import { findProgram } from '../containers/program-lookup.ts'
import type { FakeEngine } from '../engine/engine.ts'
import { newId } from '../engine/ids.ts'
import { containerCall, fail, needContainer } from '../engine/lookup.ts'
import type { ContainerRecord, ExecRecord } from '../engine/records.ts'
import { Pipe } from '../programs/pipe.ts'
import { RunningProcess } from '../programs/running-process.ts'

/** A second process in a container, with the ends of its streams. */
export interface SpawnedExec {
  readonly record: ExecRecord
  readonly stdin: Pipe<Uint8Array>
  readonly output: Pipe<LogChunk>
  /** Its exit code, or EXEC_INTERRUPTED. */
  exited(): Promise<number>
}

/** Starts a process in a running container, or says why there can be none. */
export function spawnExec(
  engine: FakeEngine,
  operation: string,
  id: string,
  spec: ExecSpec,
  terminalSize?: TerminalSize,
): SpawnedExec {
  const call = containerCall(operation, id)
  const container = needContainer(engine, operation, id)
  if (container.status !== 'running') {
    throw fail(call, 'CONTAINER_NOT_RUNNING', `it is ${container.status}. An exec needs a running container.`, {})
  }
  const user = spec.user ?? containerUser(container)
  const workingDirectory = spec.workingDirectory ?? containerDirectory(container)
  const wish = { argv: spec.command, user, workingDirectory }
  const found = findProgram(container, containerFiles(container), wish)
  if ('refusal' in found) {
    const { reason, exitCode, text } = found.refusal
    throw fail(call, 'EXEC_START_FAILED', `${text}.`, { reason, exitCode })
  }
  const stdin = new Pipe<Uint8Array>()
  const output = new Pipe<LogChunk>()
  const tty = spec.tty ?? false
  const process = new RunningProcess({
    ...sharedSetup(engine, container),
    argv: spec.command,
    env: processEnvironment(container, { user, tty, env: spec.env ?? {} }),
    workingDirectory,
    user: user === '' ? 'root' : user,
    tty,
    ...(terminalSize && { terminalSize }),
    program: found.program,
    stdin,
    write: (stream, bytes) => output.write({ stream, bytes }),
  })
  const record: ExecRecord = { id: newId(), order: engine.nextOrder(), process, interrupted: false }
  container.execs.add(record)
  begin(engine, container, record, output)
  return {
    record,
    stdin,
    output,
    async exited() {
      const exitCode = await process.exited()
      if (!record.interrupted) return exitCode
      throw fail(call, 'EXEC_INTERRUPTED', 'the container ended while the process ran.', {})
    },
  }
}

function begin(
  engine: FakeEngine,
  container: ContainerRecord,
  { id, process }: ExecRecord,
  output: Pipe<LogChunk>,
): void {
  process.start((exitCode) => {
    output.end()
    for (const record of container.execs) if (record.process === process) container.execs.delete(record)
    noteEvent(engine, container, 'exec_die', { execID: id, exitCode: String(exitCode) })
  })
  noteEvent(engine, container, 'exec_start', { execID: id })
}
