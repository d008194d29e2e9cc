import type { ContainerStatus } from '@moorage/runtime-core'
import type { FakeEngine } from '../engine/engine.ts'
import type { ContainerRecord } from '../engine/records.ts'
import type { Program } from '../programs/program.ts'
import { Pipe } from '../programs/pipe.ts'
import { RunningProcess } from '../programs/running-process.ts'
import { noteEvent } from './event.ts'
import { watchHealth } from './health.ts'
import { markExited, shouldRestart } from './exit.ts'
import { deleteContainer } from './delete.ts'
import { logOutput } from './output.ts'
import {
  containerCommand,
  containerDirectory,
  containerFiles,
  containerUser,
  processEnvironment,
  sharedSetup,
} from './process-setup.ts'
import { findProgram, type StartRefusal } from './program-lookup.ts'

const firstPauseMs = 100
const longestPauseMs = 60_000

/** The program of the container's own process, or why it cannot run. */
export function mainProgram(
  container: ContainerRecord,
): { readonly program: Program } | { readonly refusal: StartRefusal } {
  return findProgram(container, containerFiles(container), {
    argv: mainArgv(container),
    user: containerUser(container),
    workingDirectory: containerDirectory(container),
  })
}

function mainArgv(container: ContainerRecord): readonly string[] {
  const { entrypoint, command } = containerCommand(container)
  return [...entrypoint, ...command]
}

/** Starts the container's process; what follows its end is the engine's doing. */
export function run(engine: FakeEngine, container: ContainerRecord, program: Program): void {
  const { tty = false, openStdin = false } = container.spec
  const user = containerUser(container)
  if (container.stdin.isEnded) container.stdin = new Pipe()
  if (!openStdin) container.stdin.end()
  const process = new RunningProcess({
    ...sharedSetup(engine, container),
    argv: mainArgv(container),
    env: processEnvironment(container, { user, tty, env: {} }),
    workingDirectory: containerDirectory(container),
    user: user === '' ? 'root' : user,
    tty,
    program,
    stdin: container.stdin,
    write: (stream, bytes) => logOutput(engine, container, { stream, bytes }),
  })
  container.process = process
  container.status = 'running'
  container.startedAt = engine.times.next()
  container.finishedAt = undefined
  container.exitCode = undefined
  process.start((exitCode) => {
    ended(engine, container, exitCode).catch(() => undefined)
  })
  noteEvent(engine, container, 'start')
  container.changes.notify()
  watchHealth(engine, container, process).catch(() => undefined)
}

async function ended(engine: FakeEngine, container: ContainerRecord, exitCode: number): Promise<void> {
  markExited(engine, container, exitCode)
  if (container.spec.autoRemove === true && container.restarts === 0) {
    deleteContainer(engine, container, { removeVolumes: true })
    return
  }
  if (!shouldRestart(container, exitCode)) return
  const { program } = { program: undefined, ...mainProgram(container) }
  if (program === undefined) return
  container.status = 'restarting'
  container.changes.notify()
  const pauseMs = Math.min(firstPauseMs * 2 ** Math.min(container.restartCount, 20), longestPauseMs)
  await engine.clock.sleep(pauseMs, engine.disposal.signal)
  if (statusOf(container) !== 'restarting') return
  container.restartCount += 1
  run(engine, container, program)
}

/** Read anew: others have had their turn since it was set. */
function statusOf({ status }: ContainerRecord): ContainerStatus {
  return status
}
