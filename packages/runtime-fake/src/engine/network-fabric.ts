import type { FakeNetworkAccess } from '../programs/program.ts'
import type { FakeEngine } from './engine.ts'
import type { ContainerRecord } from './records.ts'

/** What the processes of a container can reach. */
export function networkAccess(engine: FakeEngine, user: ContainerRecord): FakeNetworkAccess {
  const container = networkOwner(engine, user)
  return {
    listen(port, service) {
      engine.services.set(serviceKey(container.id, port), service)
    },
    async request(host, port, request = '') {
      const target = resolve(engine, container, host)
      if (target === undefined) throw new Error(`bad address '${host}'`)
      const service = target.status === 'running' ? engine.services.get(serviceKey(target.id, port)) : undefined
      if (service === undefined) throw new Error(`can't connect to ${host}:${port}: Connection refused`)
      const bytes = typeof request === 'string' ? new TextEncoder().encode(request) : request
      const answer = await service(bytes)
      return typeof answer === 'string' ? new TextEncoder().encode(answer) : answer
    },
  }
}

/** What `/proc/net/tcp` says of who listens, in the kernel's own form. */
export function listeningSockets(engine: FakeEngine, user: ContainerRecord): string {
  const prefix = serviceKey(networkOwner(engine, user).id, '')
  const ports = [...engine.services.keys()]
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
  const lines = ports.map((port, index) => {
    const local = Number(port).toString(16).toUpperCase().padStart(4, '0')
    return `${String(index).padStart(4)}: 00000000:${local} 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 0`
  })
  return [
    '  sl  local_address rem_address   st tx_queue:rx_queue tr:when retrnsmt uid timeout inode',
    ...lines,
    '',
  ].join('\n')
}

/** Whose network a container has: another's, where its namespaces say so. */
function networkOwner(engine: FakeEngine, container: ContainerRecord): ContainerRecord {
  const network = container.spec.namespaces?.network
  if (typeof network !== 'object') return container
  return engine.findContainer(network.container) ?? container
}

/** Nobody listens in a container that has stopped. */
export function stopServices(engine: FakeEngine, container: ContainerRecord): void {
  for (const key of engine.services.keys()) if (key.startsWith(`${container.id}:`)) engine.services.delete(key)
}

function serviceKey(containerId: string, port: number | ''): string {
  return `${containerId}:${port}`
}

/** By address on any shared network; by name only on those that were created, as engines resolve them. */
function resolve(engine: FakeEngine, from: ContainerRecord, host: string): ContainerRecord | undefined {
  if (host === 'localhost' || host === '127.0.0.1' || host === from.spec.hostname) return from
  for (const other of engine.containers.values()) {
    for (const [networkId, endpoint] of other.networks) {
      if (!from.networks.has(networkId)) continue
      if (endpoint.address === host) return other
      const names = [other.name, other.id.slice(0, 12), ...endpoint.aliases]
      if (engine.networks.get(networkId)?.predefined === false && names.includes(host)) return other
    }
  }
  return undefined
}

/** The next address of a network that no container has. */
export function freeAddress(engine: FakeEngine, networkId: string): string {
  const subnet = engine.networks.get(networkId)?.subnet ?? '10.89.0.0/24'
  const base = (subnet.split('/')[0] ?? '').split('.').slice(0, 3).join('.')
  const taken = new Set([...engine.containers.values()].map(({ networks }) => networks.get(networkId)?.address))
  for (let last = 2; ; last += 1) {
    const address = `${base}.${last}`
    if (!taken.has(address)) return address
  }
}
