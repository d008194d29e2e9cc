import type { PortSpec, PublishedPort } from '@moorage/runtime-core'
import type { FakeEngine } from '../engine/engine.ts'
import type { FakeCall } from '../engine/lookup.ts'
import { fail } from '../engine/lookup.ts'
import type { ContainerRecord } from '../engine/records.ts'

const firstFreePort = 49_153
const everywhere = ['0.0.0.0', '::']

/** The host ports that a container gets, or PORT_IN_USE. */
export function publishPorts(engine: FakeEngine, call: FakeCall, container: ContainerRecord): readonly PublishedPort[] {
  const published: PublishedPort[] = []
  for (const port of container.spec.ports ?? []) {
    const protocol = port.protocol ?? 'tcp'
    const hostAddresses = port.hostAddress === undefined ? everywhere : [port.hostAddress]
    const holder = (hostPort: number): string | undefined => {
      const wanted = { hostPort, protocol, hostAddresses }
      return published.some((own) => isTaken(own, wanted)) ? container.id : holderOf(engine, wanted)
    }
    const { containerPort } = port
    published.push({ containerPort, protocol, hostPort: hostPortFor(call, port, holder), hostAddresses })
  }
  return published
}

function hostPortFor(call: FakeCall, { hostPort = 0 }: PortSpec, holder: (port: number) => string | undefined): number {
  if (hostPort === 0) {
    let free = firstFreePort
    while (holder(free) !== undefined) free += 1
    return free
  }
  const holderId = holder(hostPort)
  if (holderId === undefined) return hostPort
  const text = `port ${hostPort} is taken by ${holderId}. Free the port, or leave \`hostPort\` out to get a free one.`
  throw fail(call, 'PORT_IN_USE', text, { hostPort, holderId })
}

type Place = Pick<PublishedPort, 'hostPort' | 'protocol' | 'hostAddresses'>

function holderOf(engine: FakeEngine, wanted: Place): string | undefined {
  return [...engine.containers.values()].find(({ ports }) => ports.some((port) => isTaken(port, wanted)))?.id
}

/** A port of one address is free on another; all addresses of a family are each of them. */
function isTaken(held: Place, wanted: Place): boolean {
  if (held.hostPort !== wanted.hostPort || held.protocol !== wanted.protocol) return false
  const isIpv6 = (address: string): boolean => address.includes(':')
  return held.hostAddresses.some((mine) =>
    wanted.hostAddresses.some(
      (other) =>
        isIpv6(mine) === isIpv6(other) && (mine === other || everywhere.includes(mine) || everywhere.includes(other)),
    ),
  )
}
