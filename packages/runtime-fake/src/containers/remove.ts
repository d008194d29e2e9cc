import type { RemoveContainerOptions } from '@moorage/runtime-core'
import type { FakeEngine } from '../engine/engine.ts'
import { containerCall, fail, needContainer } from '../engine/lookup.ts'
import { deleteContainer } from './delete.ts'
import { hasProcess } from './exit.ts'

/** Those who remove one container at the same time all find it: it goes a turn of the event loop later. */
export async function removeContainer(
  engine: FakeEngine,
  id: string,
  { force = false, removeVolumes = false, missing = 'error', signal }: RemoveContainerOptions = {},
): Promise<void> {
  const call = containerCall('removeContainer', id)
  const container = missing === 'ignore' ? engine.findContainer(id) : needContainer(engine, call.operation, id)
  if (container === undefined) return
  if (!force && (hasProcess(container) || container.status === 'restarting')) {
    throw fail(call, 'CONTAINER_IS_RUNNING', 'it runs. Stop it first, or pass `force`.', {})
  }
  container.stopped = true
  container.process?.kill('SIGKILL')
  await container.changes.until(() => (hasProcess(container) ? undefined : true))
  if (!container.removed) container.status = 'removing'
  await new Promise<void>((resolve) => {
    setTimeout(resolve, 0)
  })
  deleteContainer(engine, container, { removeVolumes })
  signal?.throwIfAborted()
}
