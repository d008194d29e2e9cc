import type { WaitContainerOptions, WaitResult } from '@moorage/runtime-core'
import type { FakeEngine } from '../engine/engine.ts'
import { containerCall, fail, needContainer } from '../engine/lookup.ts'
import type { ContainerRecord } from '../engine/records.ts'
import type { KeptExits } from './kept-exits.ts'

const operation = 'waitContainer'

export async function waitContainer(
  engine: FakeEngine,
  kept: KeptExits,
  id: string,
  { condition = 'not-running', signal }: WaitContainerOptions = {},
): Promise<WaitResult> {
  const remembered = condition === 'next-exit' ? undefined : kept.find(id)
  const container = engine.findContainer(id) ?? remembered ?? needContainer(engine, operation, id)
  if (condition === 'next-exit') return nextExit(engine, container, signal)
  if (container.startedAt === undefined) {
    const text = 'it was never started, so it has no exit code. Start it first, or wait for `next-exit`.'
    throw fail(containerCall(operation, id), 'CONTAINER_NOT_STARTED', text, {})
  }
  const exitCode = await container.changes.until(() => {
    const isDone = condition === 'removed' ? container.removed : container.removed || container.status === 'exited'
    return isDone ? (container.exitCode ?? 0) : undefined
  }, signal)
  return { exitCode }
}

async function nextExit(engine: FakeEngine, container: ContainerRecord, signal?: AbortSignal): Promise<WaitResult> {
  const before = container.exits
  const outcome = await container.changes.until(() => {
    if (container.exits > before) return container.exitCode ?? 0
    return container.removed ? ('gone' as const) : undefined
  }, signal)
  if (outcome === 'gone') needContainer(engine, operation, container.id)
  return { exitCode: Number(outcome) }
}
