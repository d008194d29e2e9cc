import { missingLabels, type CreatedNetwork, type NetworkSpec, type RemoveNetworkOptions } from '@moorage/runtime-core'
import type { FakeEngine } from '../engine/engine.ts'
import { fail, needNetwork, type FakeCall } from '../engine/lookup.ts'
import type { NetworkRecord } from '../engine/records.ts'
import { runningMembers } from './inspect.ts'

export function createNetwork(engine: FakeEngine, spec: NetworkSpec): CreatedNetwork {
  const { name, driver = 'bridge', gateway: _gateway, ...rest } = spec
  const existing = [...engine.networks.values()].find((network) => network.name === name)
  if (existing !== undefined) return adopt(existing, spec)
  const { id } = engine.addNetwork({ ...rest, name, driver })
  engine.events.add('network', 'create', id, { ...spec.labels, name, type: driver })
  return { id, name, created: true }
}

function adopt(network: NetworkRecord, spec: NetworkSpec): CreatedNetwork {
  const { id, name } = network
  const differs = differences(network, spec)
  if (differs.length === 0) return { id, name, created: false }
  const text = `one of this name exists and differs in ${differs.join(', ')}. Choose another name, or remove that network.`
  throw fail({ operation: 'createNetwork', kind: 'network', id: name }, 'NETWORK_CONFLICT', text, { differs })
}

function differences(network: NetworkRecord, spec: NetworkSpec): readonly string[] {
  return [
    ...(network.driver === (spec.driver ?? 'bridge') ? [] : ['driver']),
    ...(network.internal === (spec.internal ?? false) ? [] : ['internal']),
    ...(spec.subnet === undefined || network.subnet === spec.subnet ? [] : ['subnet']),
    ...(sameOptions(network.options, spec.options) ? [] : ['options']),
    ...missingLabels(network.labels, spec.labels ?? {}),
  ]
}

type Options = Readonly<Record<string, string>>

/** Whether two sets of driver options say the same. */
export function sameOptions(options: Options, asked: Options = {}): boolean {
  return Object.keys({ ...options, ...asked }).every((key) => options[key] === asked[key])
}

export function removeNetwork(engine: FakeEngine, id: string, { missing = 'ignore' }: RemoveNetworkOptions = {}): void {
  const call: FakeCall = { operation: 'removeNetwork', kind: 'network', id }
  const network = missing === 'ignore' ? engine.findNetwork(id) : needNetwork(engine, call.operation, id)
  if (network === undefined) return
  if (network.predefined) throw fail(call, 'ENGINE_ERROR', 'it belongs to the engine and cannot be removed.', {})
  const members = runningMembers(engine, network)
  if (members.length > 0) {
    const text = `containers are attached: ${members.join(', ')}. Stop or disconnect them first.`
    throw fail(call, 'NETWORK_IN_USE', text, {})
  }
  engine.networks.delete(network.id)
  engine.events.add('network', 'destroy', network.id, { ...network.labels, name: network.name, type: network.driver })
}
