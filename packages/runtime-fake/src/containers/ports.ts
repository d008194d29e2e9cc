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
    const holder = (hostPort: number): string | undefined =>
      published.some((own) => own.hostPort === hostPort && own.protocol === protocol)
        ? container.id
        : holderOf(engine, hostPort, protocol)
    published.push({
      containerPort: port.containerPort,
      protocol,
      hostPort: hostPortFor(call, port, holder),
      hostAddresses: port.hostAddress === undefined ? everywhere : [port.hostAddress],
    })
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

function holderOf(engine: FakeEngine, hostPort: number, protocol: string): string | undefined {
  return [...engine.containers.values()].find(({ ports }) =>
    ports.some((port) => port.hostPort === hostPort && port.protocol === protocol),
  )?.id
}
