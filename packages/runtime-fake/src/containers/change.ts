import type { ContainerUpdate, RestartContainerOptions } from '@moorage/runtime-core'
import type { FakeEngine } from '../engine/engine.ts'
import { containerCall, fail, needContainer } from '../engine/lookup.ts'
import type { ContainerRecord } from '../engine/records.ts'
import { refuseTakenName } from './create.ts'
import { noteEvent } from './event.ts'
import { hasProcess } from './exit.ts'
import type { KeptExits } from './kept-exits.ts'
import { bringUp } from './start.ts'
import { endRun, resume } from './stop.ts'

/** One that does not run is started. */
export async function restartContainer(
  engine: FakeEngine,
  kept: KeptExits,
  id: string,
  { timeoutMs, signal }: RestartContainerOptions = {},
): Promise<void> {
  const call = containerCall('restartContainer', id)
  const container = needContainer(engine, call.operation, id)
  container.restarts += 1
  try {
    // Another restart may have started it again in the meantime.
    do {
      endRun(engine, container, timeoutMs)
      await container.changes.until(() => (hasProcess(container) ? undefined : true), signal)
    } while (hasProcess(container))
    if (container.removed) needContainer(engine, call.operation, id)
  } finally {
    container.restarts -= 1
  }
  kept.keep(container)
  bringUp(engine, call, container)
  noteEvent(engine, container, 'restart')
}

/** One that is paused already is left so. */
export function pauseContainer(engine: FakeEngine, id: string): void {
  const container = needRunning(engine, 'pauseContainer', id)
  if (container.status === 'paused') return
  container.status = 'paused'
  container.changes.notify()
  noteEvent(engine, container, 'pause')
}

/** One that runs is left so. */
export function unpauseContainer(engine: FakeEngine, id: string): void {
  const container = needRunning(engine, 'unpauseContainer', id)
  if (container.status === 'running') return
  resume(container)
  noteEvent(engine, container, 'unpause')
}

function needRunning(engine: FakeEngine, operation: string, id: string): ContainerRecord {
  const container = needContainer(engine, operation, id)
  if (hasProcess(container)) return container
  const text = `it is ${container.status}. Start it first.`
  throw fail(containerCall(operation, id), 'CONTAINER_NOT_RUNNING', text, {})
}

/** To its own name it is a no-op. */
export function renameContainer(engine: FakeEngine, id: string, newName: string): void {
  const operation = 'renameContainer'
  const container = needContainer(engine, operation, id)
  if (container.name === newName) return
  refuseTakenName(engine, operation, id, newName)
  const oldName = container.name
  container.name = newName
  noteEvent(engine, container, 'rename', { oldName })
}

export function updateContainer(engine: FakeEngine, id: string, { resources, restart }: ContainerUpdate): void {
  const container = needContainer(engine, 'updateContainer', id)
  container.resources = { ...container.resources, ...resources }
  container.restart = restart ?? container.restart
  noteEvent(engine, container, 'update')
}
