import type { FakeEngine } from '../engine/engine.ts'
import type { ContainerRecord } from '../engine/records.ts'

/** Notes what happened to a container, with the attributes that engines add. */
export function noteEvent(
  engine: FakeEngine,
  container: ContainerRecord,
  action: string,
  details: Readonly<Record<string, string>> = {},
): void {
  const { id, name, spec } = container
  engine.events.add('container', action, id, { ...spec.labels, image: spec.image, name, ...details })
}
