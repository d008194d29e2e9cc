import type { CapabilityName, ContainerDetails, ContainerSpec } from '@moorage/runtime-core'
import type { ClauseId } from '../../clauses/index.ts'
import type { Aspect } from '../../programs/aspects.ts'
import { equal } from '../../world/assertions.ts'
import type { World } from '../../world/world.ts'
import type { ContractCase } from '../case.ts'
import { createdOrRefused, observed } from './honoured.ts'

/** One field: what is asked for, what the process then sees, and what inspect tells. */
interface Field {
  /** As `details.field` names it, without `spec.`. */
  readonly name: string
  readonly clause: ClauseId
  readonly needs?: CapabilityName
  readonly spec: Partial<ContainerSpec> | ((world: World) => Partial<ContainerSpec>)
  readonly look: readonly [aspect: Aspect, about?: string]
  /** The very text, or whether it will do; `plain` is what a process sees without the field. */
  readonly sees: string | ((text: string, plain: string) => boolean)
  readonly tells?: (details: ContainerDetails) => unknown
  readonly told?: unknown
}

const mebibyte = 1024 * 1024
const chown = 0n
const administerNetworks = 12n
const has = (text: string, capability: bigint): boolean => ((BigInt(`0x${text}`) >> capability) & 1n) === 1n

const limits = (
  name: keyof NonNullable<ContainerSpec['resources']>,
  clause: ClauseId,
  resources: NonNullable<ContainerSpec['resources']>,
  aspect: Aspect,
  sees: Field['sees'],
): Field => ({
  name: `resources.${name}`,
  clause,
  needs: 'resourceLimits',
  spec: { resources },
  look: [aspect],
  sees,
  tells: (details) => details.resources?.[name],
  told: resources[name],
})

const fields: readonly Field[] = [
  {
    name: 'groups',
    clause: 'spec.groups',
    spec: { groups: ['4321'] },
    look: ['groups'],
    sees: (text) => text.split(' ').includes('4321'),
    tells: ({ groups }) => groups,
    told: ['4321'],
  },
  {
    name: 'init',
    clause: 'spec.init',
    spec: { init: true },
    look: ['process-id'],
    sees: (text, plain) => plain === '1' && text !== '1' && text !== '',
    tells: ({ init }) => init,
    told: true,
  },
  {
    name: 'privileged',
    clause: 'spec.privileged',
    needs: 'hostDevices',
    spec: { privileged: true },
    look: ['capabilities'],
    sees: (text, plain) => has(text, administerNetworks) && !has(plain, administerNetworks),
    tells: ({ privileged }) => privileged,
    told: true,
  },
  {
    name: 'capabilitiesAdded',
    clause: 'spec.capabilities',
    spec: { capabilitiesAdded: ['NET_ADMIN'] },
    look: ['capabilities'],
    sees: (text, plain) => has(text, administerNetworks) && !has(plain, administerNetworks),
    tells: ({ capabilitiesAdded }) => capabilitiesAdded,
    told: ['NET_ADMIN'],
  },
  {
    name: 'capabilitiesDropped',
    clause: 'spec.capabilities',
    spec: { capabilitiesDropped: ['CHOWN'] },
    look: ['capabilities'],
    sees: (text, plain) => !has(text, chown) && has(plain, chown),
    tells: ({ capabilitiesDropped }) => capabilitiesDropped,
    told: ['CHOWN'],
  },
  {
    name: 'securityOptions',
    clause: 'spec.security-options',
    spec: { securityOptions: ['no-new-privileges'] },
    look: ['no-new-privileges'],
    sees: '1',
    tells: ({ securityOptions }) => securityOptions?.includes('no-new-privileges'),
    told: true,
  },
  limits('memoryBytes', 'spec.memory', { memoryBytes: 64 * mebibyte }, 'memory-limit', String(64 * mebibyte)),
  limits(
    'memorySwapBytes',
    'spec.memory',
    { memoryBytes: 64 * mebibyte, memorySwapBytes: 128 * mebibyte },
    'memory-swap-limit',
    String(128 * mebibyte),
  ),
  limits(
    'memoryReservationBytes',
    'spec.memory',
    { memoryReservationBytes: 32 * mebibyte },
    'memory-reservation',
    String(32 * mebibyte),
  ),
  limits('cpus', 'spec.cpus', { cpus: 0.5 }, 'cpu-percent', '50'),
  limits('cpuShares', 'spec.cpus', { cpuShares: 512 }, 'cpu-weight', (text) => Number(text) > 0 && Number(text) < 100),
  limits('cpusetCpus', 'spec.cpus', { cpusetCpus: '0' }, 'cpu-list', '0'),
  limits('pidsLimit', 'spec.pids-limit', { pidsLimit: 123 }, 'process-limit', '123'),
  {
    name: 'ulimits',
    clause: 'spec.ulimits',
    spec: { ulimits: [{ name: 'nofile', soft: 100, hard: 200 }] },
    look: ['open-file-limits'],
    sees: '100 200',
    tells: ({ ulimits }) => ulimits?.find(({ name }) => name === 'nofile'),
    told: { name: 'nofile', soft: 100, hard: 200 },
  },
  {
    name: 'sharedMemoryBytes',
    clause: 'spec.shared-memory',
    spec: { sharedMemoryBytes: 8 * mebibyte },
    look: ['shared-memory'],
    sees: String(8 * mebibyte),
    tells: ({ sharedMemoryBytes }) => sharedMemoryBytes,
    told: 8 * mebibyte,
  },
  {
    name: 'sysctls',
    clause: 'spec.sysctls',
    spec: { sysctls: { 'net.ipv4.ip_unprivileged_port_start': '1000' } },
    look: ['sysctl', 'net.ipv4.ip_unprivileged_port_start'],
    sees: '1000',
  },
  {
    name: 'devices',
    clause: 'spec.devices',
    needs: 'hostDevices',
    spec: ({ programs }) => ({ devices: [{ hostPath: programs.hostDevice, containerPath: '/dev/moorage' }] }),
    look: ['device', '/dev/moorage'],
    sees: 'yes',
  },
  {
    name: 'dns.servers',
    clause: 'spec.dns',
    spec: { dns: { servers: ['192.0.2.53'] } },
    look: ['resolver'],
    sees: (text) => text.split('\n').includes('nameserver 192.0.2.53'),
    tells: ({ dns }) => dns?.servers,
    told: ['192.0.2.53'],
  },
  {
    name: 'dns.search',
    clause: 'spec.dns',
    spec: { dns: { search: ['moorage.test'] } },
    look: ['resolver'],
    sees: (text) => text.split('\n').includes('search moorage.test'),
    tells: ({ dns }) => dns?.search,
    told: ['moorage.test'],
  },
  {
    name: 'dns.options',
    clause: 'spec.dns',
    spec: { dns: { options: ['ndots:3'] } },
    look: ['resolver'],
    sees: (text) => text.split('\n').some((line) => line.startsWith('options') && line.includes('ndots:3')),
    tells: ({ dns }) => dns?.options,
    told: ['ndots:3'],
  },
  {
    name: 'extraHosts',
    clause: 'spec.extra-hosts',
    spec: { extraHosts: { 'quay.test': '192.0.2.7' } },
    look: ['host-address', 'quay.test'],
    sees: '192.0.2.7',
    tells: ({ extraHosts }) => extraHosts,
    told: { 'quay.test': '192.0.2.7' },
  },
  {
    name: 'macAddress',
    clause: 'spec.mac-address',
    spec: { macAddress: '02:42:0a:0b:0c:0d' },
    look: ['mac-address'],
    sees: '02:42:0a:0b:0c:0d',
  },
  {
    name: 'tty',
    clause: 'spec.terminal',
    spec: { tty: true },
    look: ['terminal'],
    sees: (text, plain) => text === 'yes' && plain === 'no',
    tells: ({ tty }) => tty,
    told: true,
  },
  {
    name: 'readOnlyRoot',
    clause: 'spec.read-only-root',
    spec: { readOnlyRoot: true },
    look: ['writable', '/'],
    sees: (text, plain) => text === 'no' && plain === 'yes',
    tells: ({ readOnlyRoot }) => readOnlyRoot,
    told: true,
  },
  {
    name: 'mounts',
    clause: 'spec.tmpfs',
    spec: { mounts: [{ type: 'tmpfs', target: '/scratch', sizeBytes: mebibyte, mode: 0o700 }] },
    look: ['file-system', '/scratch'],
    sees: `${mebibyte} 700`,
    tells: ({ mounts }) => mounts.find(({ target }) => target === '/scratch')?.type,
    told: 'tmpfs',
  },
  {
    name: 'namespaces.network',
    clause: 'spec.network-namespace',
    needs: 'namespaceSharing',
    spec: { namespaces: { network: 'none' } },
    look: ['interfaces'],
    sees: (text, plain) => text === 'lo' && plain !== 'lo',
    tells: ({ namespaces }) => namespaces?.network,
    told: 'none',
  },
]

export const fieldCases: readonly ContractCase[] = fields.map((field): ContractCase => ({
  id: `containers/spec/${field.name.replace('.', '-')}-is-honoured-or-refused`,
  clauses: [field.clause, 'spec.never-dropped', 'spec.told'],
  ...(field.needs !== undefined && { needs: [field.needs] }),
  async run(world) {
    const { name, look, sees, tells, told } = field
    const spec = typeof field.spec === 'function' ? field.spec(world) : field.spec
    const text = await observed(world, name, spec, look)
    if (text === undefined) return
    if (typeof sees === 'string') equal(text, sees, `what the process sees of ${name}`)
    else {
      const plain = (await observed(world, name, {}, look)) ?? ''
      equal([sees(text, plain), text, plain], [true, text, plain], `what the process sees of ${name}`)
    }
    if (tells === undefined) return
    const made = await createdOrRefused(world, name, spec, look)
    if (made !== undefined)
      equal(tells(await world.runtime.inspectContainer(made.id)), told, `what inspect tells of ${name}`)
  },
}))
