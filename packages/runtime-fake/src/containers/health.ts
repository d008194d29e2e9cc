import type { Healthcheck, HealthStatus } from '@moorage/runtime-core'
import type { FakeEngine } from '../engine/engine.ts'
import type { ContainerRecord } from '../engine/records.ts'
import { noInput } from '../programs/pipe.ts'
import { RunningProcess } from '../programs/running-process.ts'
import { noteEvent } from './event.ts'
import { containerDirectory, containerFiles, containerUser, processEnvironment, sharedSetup } from './process-setup.ts'
import { findProgram } from './program-lookup.ts'

const defaults = { intervalMs: 30_000, timeoutMs: 30_000, startPeriodMs: 0, retries: 3 }

/** The container's own, else its image's; `undefined` when there is none or it was disabled. */
function healthcheckOf({ spec, image }: ContainerRecord): Healthcheck | undefined {
  return spec.healthcheck === false ? undefined : (spec.healthcheck ?? image.spec.healthcheck)
}

/** Checks at every interval as long as this process of the container runs. */
export async function watchHealth(
  engine: FakeEngine,
  container: ContainerRecord,
  process: RunningProcess,
): Promise<void> {
  const check = healthcheckOf(container)
  if (check === undefined) {
    container.health = 'none'
    return
  }
  const { intervalMs, timeoutMs, startPeriodMs, retries } = { ...defaults, ...check }
  const startedMs = engine.clock.now()
  const ended = new AbortController()
  process.exited().then(
    () => ended.abort(),
    () => undefined,
  )
  let failures = 0
  turn(engine, container, 'starting')
  for (;;) {
    await engine.clock.sleep(intervalMs, ended.signal)
    const exitCode = await runCheck(engine, container, check, timeoutMs)
    if (ended.signal.aborted) return
    if (exitCode === 0) {
      failures = 0
      turn(engine, container, 'healthy')
      continue
    }
    const isStarting = container.health === 'starting' && engine.clock.now() - startedMs < startPeriodMs
    failures += isStarting ? 0 : 1
    if (failures >= retries) turn(engine, container, 'unhealthy')
  }
}

function turn(engine: FakeEngine, container: ContainerRecord, health: HealthStatus): void {
  if (container.health === health) return
  container.health = health
  if (health !== 'starting') noteEvent(engine, container, 'health_status', { detail: health })
  container.changes.notify()
}

/** A text is for the image's shell; without one the check fails as it would on an engine. */
async function runCheck(
  engine: FakeEngine,
  container: ContainerRecord,
  { test }: Healthcheck,
  timeoutMs: number,
): Promise<number> {
  const argv = typeof test === 'string' ? ['/bin/sh', '-c', test] : test
  const user = containerUser(container)
  const workingDirectory = containerDirectory(container)
  const found = findProgram(container, containerFiles(container), { argv, user, workingDirectory })
  if ('refusal' in found) return found.refusal.exitCode
  const check = new RunningProcess({
    ...sharedSetup(engine, container),
    argv,
    user: user === '' ? 'root' : user,
    workingDirectory,
    env: processEnvironment(container, { user, tty: false, env: {} }),
    tty: false,
    program: found.program,
    stdin: noInput(),
    write: () => undefined,
  })
  const late = new AbortController()
  check.start(() => late.abort())
  engine.clock.sleep(timeoutMs, late.signal).then(
    () => check.kill('SIGKILL'),
    () => undefined,
  )
  return check.exited()
}
