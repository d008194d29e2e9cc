import { matchesLabels, type NetworkDetails, type NetworkFilter, type NetworkSummary } from '@moorage/runtime-core'
import { hasProcess } from '../containers/exit.ts'
import type { FakeEngine } from '../engine/engine.ts'
import { needNetwork } from '../engine/lookup.ts'
import type { NetworkRecord } from '../engine/records.ts'

export function inspectNetwork(engine: FakeEngine, id: string): NetworkDetails {
  const network = needNetwork(engine, 'inspectNetwork', id)
  return { ...summary(network), containerIds: runningMembers(engine, network) }
}

export function listNetworks(engine: FakeEngine, { name, ...labels }: NetworkFilter): readonly NetworkSummary[] {
  return [...engine.networks.values()]
    .filter((network) => (name === undefined || network.name === name) && matchesLabels(network.labels, labels))
    .map(summary)
}

/** The ids of running containers that are attached. */
export function runningMembers(engine: FakeEngine, { id }: NetworkRecord): readonly string[] {
  return [...engine.containers.values()]
    .filter((container) => container.networks.has(id) && (hasProcess(container) || container.status === 'restarting'))
    .map((container) => container.id)
}

function summary({ subnet, predefined: _predefined, ...network }: NetworkRecord): NetworkSummary {
  return { ...network, subnets: [subnet] }
}
