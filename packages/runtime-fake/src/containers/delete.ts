import type { FakeEngine } from '../engine/engine.ts'
import type { ContainerRecord } from '../engine/records.ts'
import { noteEvent } from './event.ts'

/** Forgets a container that does not run; from now on its name is free. */
export function deleteContainer(
  engine: FakeEngine,
  container: ContainerRecord,
  { removeVolumes }: { readonly removeVolumes: boolean },
): void {
  if (container.removed) return
  container.removed = true
  engine.containers.delete(container.id)
  if (removeVolumes) {
    for (const { isAnonymous, source } of container.mounts) if (isAnonymous) engine.volumes.delete(source)
  }
  noteEvent(engine, container, 'destroy')
  container.changes.notify()
}
