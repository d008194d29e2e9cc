import { endpoint } from '../containers/create.ts'
import { hasProcess } from '../containers/exit.ts'
import type { FakeEngine } from '../engine/engine.ts'
import { needContainer, needNetwork } from '../engine/lookup.ts'
import { freeAddress } from '../engine/network-fabric.ts'
import type { NetworkRecord } from '../engine/records.ts'

/** One that is connected already is left so. */
export function connectNetwork(
  engine: FakeEngine,
  id: string,
  containerId: string,
  { aliases }: { readonly aliases?: readonly string[] } = {},
): void {
  const network = needNetwork(engine, 'connectNetwork', id)
  const container = needContainer(engine, 'connectNetwork', containerId)
  if (container.networks.has(network.id)) return
  const place = endpoint(aliases)
  if (hasProcess(container)) place.address = freeAddress(engine, network.id)
  container.networks.set(network.id, place)
  noteNetworkEvent(engine, network, 'connect', container.id)
}

/** One that is not connected is left so. */
export function disconnectNetwork(engine: FakeEngine, id: string, containerId: string): void {
  const network = needNetwork(engine, 'disconnectNetwork', id)
  const container = needContainer(engine, 'disconnectNetwork', containerId)
  if (container.networks.delete(network.id)) noteNetworkEvent(engine, network, 'disconnect', container.id)
}

function noteNetworkEvent(engine: FakeEngine, network: NetworkRecord, action: string, container: string): void {
  const { id, name, driver, labels } = network
  engine.events.add('network', action, id, { ...labels, name, type: driver, container })
}
