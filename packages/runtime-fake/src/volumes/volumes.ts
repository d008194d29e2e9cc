import {
  matchesLabels,
  missingLabels,
  type CreatedVolume,
  type RemoveVolumeOptions,
  type VolumeDetails,
  type VolumeFilter,
  type VolumeSpec,
} from '@moorage/runtime-core'
import type { FakeEngine } from '../engine/engine.ts'
import { newId } from '../engine/ids.ts'
import { fail, needVolume, type FakeCall } from '../engine/lookup.ts'
import type { VolumeRecord } from '../engine/records.ts'
import { sameOptions } from '../networks/create.ts'

export function createVolume(engine: FakeEngine, spec: VolumeSpec): CreatedVolume {
  const { name = newId(), driver = 'local', options = {}, labels = {} } = spec
  const existing = engine.volumes.get(name)
  if (existing !== undefined) return adopt(existing, spec)
  engine.addVolume({ name, driver, options, labels })
  engine.events.add('volume', 'create', name, { ...labels, driver })
  return { name, created: true }
}

function adopt({ name, driver, options, labels }: VolumeRecord, spec: VolumeSpec): CreatedVolume {
  const differs = [
    ...(driver === (spec.driver ?? 'local') ? [] : ['driver']),
    ...(sameOptions(options, spec.options) ? [] : ['options']),
    ...missingLabels(labels, spec.labels ?? {}),
  ]
  if (differs.length === 0) return { name, created: false }
  const text = `one of this name exists and differs in ${differs.join(', ')}. Choose another name, or remove that volume.`
  throw fail({ operation: 'createVolume', kind: 'volume', id: name }, 'VOLUME_CONFLICT', text, { differs })
}

export function removeVolume(engine: FakeEngine, name: string, { missing = 'ignore' }: RemoveVolumeOptions = {}): void {
  const call: FakeCall = { operation: 'removeVolume', kind: 'volume', id: name }
  const volume = missing === 'ignore' ? engine.volumes.get(name) : needVolume(engine, call.operation, name)
  if (volume === undefined) return
  const user = [...engine.containers.values()].find(({ mounts }) =>
    mounts.some(({ type, source }) => type === 'volume' && source === name),
  )
  if (user !== undefined) {
    const text = `container ${user.name} (${user.id}) uses it. Remove the container first.`
    throw fail(call, 'VOLUME_IN_USE', text, {})
  }
  engine.volumes.delete(name)
  engine.events.add('volume', 'destroy', name, { ...volume.labels, driver: volume.driver })
}

export function inspectVolume(engine: FakeEngine, name: string): VolumeDetails {
  return details(needVolume(engine, 'inspectVolume', name))
}

export function listVolumes(engine: FakeEngine, { name, ...labels }: VolumeFilter): readonly VolumeDetails[] {
  return [...engine.volumes.values()]
    .filter((volume) => (name === undefined || volume.name === name) && matchesLabels(volume.labels, labels))
    .map(details)
}

function details({ name, driver, options, labels, createdAt }: VolumeRecord): VolumeDetails {
  return { name, driver, options, labels, createdAt, mountpoint: '' }
}
