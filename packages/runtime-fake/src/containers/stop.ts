import { signalName, type KillContainerOptions, type StopContainerOptions } from '@moorage/runtime-core'
import type { FakeEngine } from '../engine/engine.ts'
import { containerCall, fail, needContainer } from '../engine/lookup.ts'
import type { ContainerRecord } from '../engine/records.ts'
import { noteEvent } from './event.ts'
import { hasProcess } from './exit.ts'

const defaultStopTimeoutMs = 10_000

export async function stopContainer(
  engine: FakeEngine,
  id: string,
  { timeoutMs, signal }: StopContainerOptions = {},
): Promise<void> {
  const container = needContainer(engine, 'stopContainer', id)
  endRun(engine, container, timeoutMs)
  await container.changes.until(() => (hasProcess(container) ? undefined : true), signal)
}

/** What the engine does about a stop, whoever waits for it: the stop signal, and after a while SIGKILL. */
export function endRun(engine: FakeEngine, container: ContainerRecord, timeoutMs?: number): void {
  if (container.status === 'restarting') {
    container.stopped = true
    container.status = 'exited'
    container.changes.notify()
  }
  const { process } = container
  if (process === undefined || !hasProcess(container)) return
  container.stopped = true
  if (container.status === 'paused') resume(container)
  const graceMs = wholeSeconds(timeoutMs ?? container.spec.stopTimeoutMs ?? defaultStopTimeoutMs)
  if (graceMs === 0) {
    process.kill('SIGKILL')
    return
  }
  const stopSignal = container.spec.stopSignal ?? container.image.spec.stopSignal ?? 'SIGTERM'
  process.kill(signalName(stopSignal) ?? 'SIGTERM')
  const exited = new AbortController()
  process.exited().then(
    () => exited.abort(),
    () => undefined,
  )
  engine.clock.sleep(graceMs, exited.signal).then(
    () => process.kill('SIGKILL'),
    () => undefined,
  )
  noteEvent(engine, container, 'stop')
}

/** Engines count in seconds; what is less than one is one. */
function wholeSeconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000) * 1000
}

export async function killContainer(
  engine: FakeEngine,
  id: string,
  { killSignal = 'SIGKILL', signal }: KillContainerOptions = {},
): Promise<void> {
  const call = containerCall('killContainer', id)
  const container = needContainer(engine, call.operation, id)
  const { process } = container
  if (process === undefined || !hasProcess(container)) {
    throw fail(call, 'CONTAINER_NOT_RUNNING', `it is ${container.status}. Start it first.`, {})
  }
  const name = signalName(killSignal)
  if (name === undefined) throw fail(call, 'ENGINE_ERROR', `${killSignal} is no signal.`, {})
  noteEvent(engine, container, 'kill', { signal: name })
  if (name !== 'SIGKILL') {
    process.kill(name)
    return
  }
  container.stopped = true
  process.kill(name)
  await container.changes.until(() => (container.process === process ? undefined : true), signal)
}

/** Lets the process of a paused container go on. */
export function resume(container: ContainerRecord): void {
  container.status = 'running'
  container.changes.notify()
}
