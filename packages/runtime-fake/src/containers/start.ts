import type { FakeEngine } from '../engine/engine.ts'
import { containerCall, fail, needContainer, type FakeCall } from '../engine/lookup.ts'
import { freeAddress } from '../engine/network-fabric.ts'
import type { ContainerRecord } from '../engine/records.ts'
import type { KeptExits } from './kept-exits.ts'
import { publishPorts } from './ports.ts'
import { mainProgram, run } from './run.ts'

export function startContainer(engine: FakeEngine, kept: KeptExits, id: string): void {
  const call = containerCall('startContainer', id)
  const container = needContainer(engine, call.operation, id)
  if (container.status === 'running' || container.status === 'restarting') return
  if (container.status === 'paused') throw fail(call, 'ENGINE_ERROR', 'it is paused. Unpause it instead.', {})
  kept.keep(container)
  bringUp(engine, call, container)
}

/** Starts one that has no process, from the user's hand: what the restart policy has counted is forgotten. */
export function bringUp(engine: FakeEngine, call: FakeCall, container: ContainerRecord): void {
  requireNetworks(engine, call, container)
  const found = mainProgram(container)
  if ('refusal' in found) {
    const { reason, exitCode, text } = found.refusal
    throw fail(call, 'CONTAINER_START_FAILED', `${text}.`, { reason, exitCode })
  }
  container.ports = publishPorts(engine, call, container)
  for (const [networkId, endpoint] of container.networks) {
    endpoint.address = endpoint.fixedAddress ?? freeAddress(engine, networkId)
  }
  container.stopped = false
  container.restartCount = 0
  run(engine, container, found.program)
}

/** Networks can be removed while only stopped containers are in them. */
function requireNetworks(engine: FakeEngine, call: FakeCall, container: ContainerRecord): void {
  for (const networkId of container.networks.keys()) {
    if (engine.networks.has(networkId)) continue
    throw fail(call, 'NETWORK_NOT_FOUND', `its network ${networkId} is gone. Create the container again.`, {})
  }
}
