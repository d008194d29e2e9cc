import type { ContainerSpec, NamespaceSharing } from '@moorage/runtime-core'
import { equal, ok, rejects } from '../../world/assertions.ts'
import type { World } from '../../world/world.ts'
import type { ContractCase } from '../case.ts'
import { createdOrRefused, observed } from './honoured.ts'

/** The namespace of a container that lives, as its own process sees it. */
async function namespaceOf(world: World, id: string, name: string): Promise<string> {
  return (await world.runtime.execContainer(id, { command: world.programs.observe('namespace', name) })).stdout.trim()
}

/** Two containers of which one shares a namespace of the other. */
function sharedWithContainer(kind: 'network' | 'pid' | 'ipc', clause: ContractCase['clauses'][0]): ContractCase {
  const name = kind === 'network' ? 'net' : kind
  return {
    id: `containers/spec/namespaces-${kind}-is-another-container-s`,
    clauses: [clause, 'spec.never-dropped'],
    needs: ['namespaceSharing'],
    async run(world) {
      const ipc: Partial<ContainerSpec> = kind === 'ipc' ? { namespaces: { ipc: 'shareable' } } : {}
      const first = await world.runReady(world.programs.forever(), ipc)
      const namespaces = { [kind]: { container: first.id } } as NamespaceSharing
      const seen = await observed(world, `namespaces.${kind}`, { namespaces }, ['namespace', name])
      if (seen === undefined) return
      const plain = await observed(world, 'namespaces', {}, ['namespace', name])
      const its = await namespaceOf(world, first.id, name)
      equal(seen, its, 'the namespace')
      ok(plain !== its, 'every container has this namespace')
      const { id } = await world.create(world.programs.exit(0), { namespaces })
      equal((await world.runtime.inspectContainer(id)).namespaces?.[kind], { container: first.id })
    },
  }
}

/** Two containers with the host's namespace have the same one. */
function sharedWithHost(kind: 'network' | 'pid' | 'uts', clause: ContractCase['clauses'][0]): ContractCase {
  const name = kind === 'network' ? 'net' : kind
  return {
    id: `containers/spec/namespaces-${kind}-is-the-host-s`,
    clauses: [clause, 'spec.never-dropped', 'spec.told'],
    needs: ['namespaceSharing'],
    async run(world) {
      const namespaces = { [kind]: 'host' } as NamespaceSharing
      const one = await observed(world, `namespaces.${kind}`, { namespaces }, ['namespace', name])
      if (one === undefined) return
      equal(await observed(world, `namespaces.${kind}`, { namespaces }, ['namespace', name]), one, 'the namespace')
      ok((await observed(world, 'namespaces', {}, ['namespace', name])) !== one, 'every container has this namespace')
      const { id } = await world.create(world.programs.exit(0), { namespaces })
      equal((await world.runtime.inspectContainer(id)).namespaces?.[kind], 'host')
    },
  }
}

export const surroundings: readonly ContractCase[] = [
  sharedWithContainer('network', 'spec.network-namespace'),
  sharedWithContainer('pid', 'spec.pid-namespace'),
  sharedWithContainer('ipc', 'spec.ipc-namespace'),
  sharedWithHost('network', 'spec.network-namespace'),
  sharedWithHost('pid', 'spec.pid-namespace'),
  sharedWithHost('uts', 'spec.uts-namespace'),
  {
    id: 'containers/spec/namespaces-user-is-honoured-or-refused',
    clauses: ['spec.user-namespace', 'spec.never-dropped'],
    needs: ['namespaceSharing'],
    async run(world) {
      const spec = { namespaces: { user: 'keep-id' } } as const
      const made = await createdOrRefused(world, 'namespaces.user', spec, ['groups'])
      if (made === undefined) return
      const { id } = await world.create(world.programs.user(), spec)
      await world.runtime.startContainer(id)
      await world.runtime.waitContainer(id)
      const user = (await world.logs(id)).stdout.trim()
      ok(user !== '0' && user !== '', `the process is ${user}, as it would be without the field`)
    },
  },
  {
    id: 'containers/spec/ipv4Address-is-its-own-there',
    clauses: ['spec.addresses'],
    async run(world) {
      const { network, subnet } = await world.networkWithSubnet()
      const ipv4Address = subnet.replace('.0/24', '.77')
      const networks = [{ network: network.name, ipv4Address }]
      const { id } = await world.runReady(world.programs.forever(), { networks })
      const details = await world.runtime.inspectContainer(id)
      equal(
        details.networks.map((joined) => joined.ipv4Address),
        [ipv4Address],
      )
    },
  },
  {
    id: 'containers/spec/bind-shows-the-host-s-directory',
    clauses: ['spec.bind', 'spec.never-dropped', 'spec.told'],
    async run(world) {
      const { hostDirectory, hostFile } = world.programs
      const mount = { type: 'bind', source: hostDirectory, target: '/host', readOnly: true } as const
      const entries = await observed(world, 'mounts', { mounts: [mount] }, ['entries', '/host'])
      if (entries === undefined) return
      ok(entries.split('\n').includes(hostFile), `${hostDirectory} of the host is not at its place`)
      equal(await observed(world, 'mounts', { mounts: [mount] }, ['writable', '/host']), 'no', 'writable')
      const { id } = await world.create(world.programs.exit(0), { mounts: [mount] })
      equal((await world.runtime.inspectContainer(id)).mounts, [
        { type: 'bind', source: hostDirectory, target: '/host', readOnly: true },
      ])
    },
  },
  {
    id: 'containers/spec/subpath-is-all-of-the-volume-that-is-seen',
    clauses: ['spec.volume-subpath', 'spec.never-dropped'],
    async run(world) {
      const { programs } = world
      const volume = await world.volume()
      const whole = [{ type: 'volume', source: volume.name, target: '/whole' }] as const
      await world.runToEnd(programs.writeFile('/whole/part/inner', 'x'), { mounts: whole })
      const mounts = [{ type: 'volume', source: volume.name, subpath: 'part', target: '/part' }] as const
      const entries = await observed(world, 'mounts[0].subpath', { mounts }, ['entries', '/part'])
      if (entries !== undefined) equal(entries, 'inner', 'what is seen of the volume')
    },
  },
  {
    id: 'containers/spec/readOnlyRoot-leaves-mounts-writable',
    clauses: ['spec.read-only-root', 'spec.tmpfs'],
    async run(world) {
      const mounts = [{ type: 'tmpfs', target: '/scratch' }] as const
      equal(await observed(world, 'readOnlyRoot', { readOnlyRoot: true, mounts }, ['writable', '/scratch']), 'yes')
    },
  },
  {
    id: 'containers/spec/ociRuntime-is-honoured-or-refused',
    clauses: ['spec.oci-runtime', 'spec.never-dropped'],
    async run(world) {
      const spec = { ociRuntime: 'moorage-no-such-runtime' }
      const made = await createdOrRefused(world, 'ociRuntime', spec, ['groups'])
      ok(made === undefined, 'a runtime that nobody has is taken')
    },
  },
  {
    id: 'containers/spec/gpus-is-honoured-or-refused',
    clauses: ['spec.never-dropped'],
    needs: ['hostDevices'],
    async run(world) {
      const made = await createdOrRefused(world, 'gpus', { gpus: 'all' }, ['groups'])
      if (made === undefined) return
      const outcome = await world.runtime.startContainer(made.id).catch((error: unknown) => ({ error }))
      // An engine may find out only at the start; one that starts it has some.
      if (outcome === undefined) return
      const { details } = await rejects('UNSUPPORTED', Promise.reject(outcome.error))
      equal(details.field, 'spec.gpus')
    },
  },
  {
    id: 'containers/spec/platform-is-the-image-s',
    clauses: ['spec.platform'],
    async run(world) {
      const { operatingSystem, architecture } = await world.runtime.inspectImage(world.programs.image)
      const platform = `${operatingSystem}/${architecture}`
      const other = architecture === 'arm64' ? 'linux/amd64' : 'linux/arm64'
      await rejects('IMAGE_NOT_FOUND', world.create(world.programs.exit(0), { platform: other }))
      const { exitCode } = await world.runToEnd(world.programs.exit(0), { platform })
      equal(exitCode, 0)
    },
  },
  {
    id: 'containers/spec/a-log-driver-that-keeps-nothing-has-no-logs',
    clauses: ['spec.log-driver', 'spec.told'],
    async run(world) {
      const { id } = await world.runToEnd(world.programs.lines(1), { logDriver: { name: 'none' } })
      await rejects('UNSUPPORTED', world.logs(id))
      equal((await world.runtime.inspectContainer(id)).logDriver?.name, 'none')
    },
  },
  {
    id: 'containers/spec/stopTimeoutMs-is-the-container-s-own',
    clauses: ['spec.stop-timeout', 'spec.told'],
    async run(world) {
      const { id } = await world.runReady(world.programs.ignoreTerm(), { stopTimeoutMs: 1000, stopSignal: 'SIGTERM' })
      const { stopTimeoutMs, stopSignal } = await world.runtime.inspectContainer(id)
      equal([stopTimeoutMs, stopSignal], [1000, 'SIGTERM'])
      await world.runtime.stopContainer(id)
      const { exitCode } = await world.runtime.inspectContainer(id)
      equal(exitCode, 137)
    },
  },
]
