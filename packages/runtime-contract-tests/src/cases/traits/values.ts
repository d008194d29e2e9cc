import type { ContainerSpec, ExecProcess, NetworkSpec } from '@moorage/runtime-core'
import { equal, ok, rejects } from '../../world/assertions.ts'
import type { World } from '../../world/world.ts'
import type { ContractCase } from '../case.ts'

/** Values of one field that engines take for something else, or that are none at all. */
interface BadValues {
  readonly name: string
  /** What the error names, after `spec.`. */
  readonly field: string
  readonly values: readonly unknown[]
  readonly spec: (value: unknown) => unknown
}

const signals = ['NONSENSE', 'SIGNONSENSE', 'RTMIN+16', '65', '0', 'term']
const notIp = [
  ...['localhost', '127.1', '127.0.0.01', '1.2.3.256', '[::1]', '::1%lo', 'fe80:::1', '1:2:3:4:5:6:7', ' ::1'],
  ...['1.2.3.4::', '1.2.3.4::5'],
]

const limit = (name: string, values: readonly unknown[]): BadValues => ({
  name: `resources-${name}`,
  field: `resources.${name}`,
  values,
  spec: (value) => ({ resources: { [name]: value } }),
})

const check = (name: string, values: readonly unknown[]): BadValues => ({
  name: `healthcheck-${name}`,
  field: `healthcheck.${name}`,
  values,
  spec: (value) => ({ healthcheck: { test: ['true'], [name]: value } }),
})

const tmpfs = (name: string, values: readonly unknown[]): BadValues => ({
  name: `tmpfs-${name}`,
  field: `mounts[0].${name}`,
  values,
  spec: (value) => ({ mounts: [{ type: 'tmpfs', target: '/scratch', [name]: value }] }),
})

const ofContainers: readonly BadValues[] = [
  {
    name: 'host-address',
    field: 'ports[0].hostAddress',
    values: notIp,
    spec: (hostAddress) => ({ ports: [{ containerPort: 80, hostAddress }] }),
  },
  {
    name: 'ipv4-address',
    field: 'networks[0].ipv4Address',
    values: [...notIp, '::1'],
    spec: (ipv4Address) => ({ networks: [{ network: 'nobody', ipv4Address }] }),
  },
  {
    name: 'ipv6-address',
    field: 'networks[0].ipv6Address',
    values: [...notIp, '10.0.0.1'],
    spec: (ipv6Address) => ({ networks: [{ network: 'nobody', ipv6Address }] }),
  },
  { name: 'dns-server', field: 'dns.servers[0]', values: notIp, spec: (server) => ({ dns: { servers: [server] } }) },
  { name: 'extra-host', field: 'extraHosts.buoy', values: notIp, spec: (buoy) => ({ extraHosts: { buoy } }) },
  limit('memoryBytes', [0, -1, 0.5, Number.NaN, 2 ** 60]),
  limit('memorySwapBytes', [0, -2]),
  limit('memoryReservationBytes', [0, -1]),
  limit('cpus', [0, -1, 1e-10, 0.001, 1e300, Number.NaN, Number.POSITIVE_INFINITY]),
  limit('cpuShares', [0, 1, 262_145]),
  limit('cpusetCpus', ['', '1-0', '0-', 'all']),
  limit('pidsLimit', [0, -2]),
  check('intervalMs', [0, 0.5, -1, 1e18]),
  check('timeoutMs', [0, 0.5, -1, 1e18]),
  check('startPeriodMs', [0.5, -1, 1e18]),
  check('retries', [0, -1, 2 ** 40]),
  tmpfs('sizeBytes', [0, -1, 0.5]),
  tmpfs('mode', [0, -1, 0o10000]),
  {
    name: 'maximum-retries',
    field: 'restart.maximumRetries',
    values: [0, -1, 2 ** 40],
    spec: (maximumRetries) => ({ restart: { policy: 'on-failure', maximumRetries } }),
  },
  {
    name: 'ulimit',
    field: 'ulimits[0].name',
    values: ['nonsense', 'RLIMIT_NOFILE'],
    spec: (name) => ({ ulimits: [{ name, soft: 10, hard: 20 }] }),
  },
  { name: 'stop-signal', field: 'stopSignal', values: signals, spec: (stopSignal) => ({ stopSignal }) },
  { name: 'stop-timeout', field: 'stopTimeoutMs', values: [-1, 1e18], spec: (stopTimeoutMs) => ({ stopTimeoutMs }) },
]

const ofNetworks: readonly BadValues[] = [
  {
    name: 'subnet',
    field: 'subnet',
    values: ['10.1.0.0', '10.1.0.0/33', '10.299.0.0/24', '10.1.0.5/24', 'fd00::/129', 'fd00::1/64'],
    spec: (subnet) => ({ subnet }),
  },
  {
    name: 'gateway',
    field: 'gateway',
    values: ['localhost', '10.9.9.9', 'fd00::1'],
    spec: (gateway) => ({ subnet: '10.231.7.0/24', gateway }),
  },
  { name: 'gateway-without-subnet', field: 'gateway', values: ['10.231.7.1'], spec: (gateway) => ({ gateway }) },
]

async function refuses(field: string, values: readonly unknown[], call: (value: unknown) => Promise<unknown>) {
  for (const value of values) {
    const error = await rejects('INVALID_ARGUMENT', call(value))
    equal(error.details.field, field, String(value))
  }
}

const containerValues = ofContainers.map(({ name, field, values, spec }): ContractCase => ({
  id: `calls/arguments/container-${name}`,
  clauses: ['arguments.values'],
  run: (world) =>
    refuses(`spec.${field}`, values, (value) =>
      world.runtime.createContainer({ ...world.spec(['true']), ...(spec(value) as Partial<ContainerSpec>) }),
    ),
}))

const networkValues = ofNetworks.map(({ name, field, values, spec }): ContractCase => ({
  id: `calls/arguments/network-${name}`,
  clauses: ['arguments.values'],
  run: (world) =>
    refuses(`spec.${field}`, values, (value) =>
      world.runtime.createNetwork({ ...world.networkSpec(), ...(spec(value) as Partial<NetworkSpec>) }),
    ),
}))

const sizes = [{ columns: -1, rows: 24 }, { columns: 80, rows: 0 }, { columns: 65_536, rows: 24 }, {}, undefined]
const fieldsOfSizes = ['size.columns', 'size.rows', 'size.columns', 'size.columns', 'size']

/** What is wrong with what a caller asks of something that lives. */
async function refusesInput(live: Pick<ExecProcess, 'write' | 'resize'>): Promise<void> {
  for (const [index, size] of sizes.entries())
    await refuses(fieldsOfSizes[index] ?? '', [size], (value) => live.resize(value as never))
  await refuses('bytes', [5, undefined, ['x'], new ArrayBuffer(1)], (value) => live.write(value as never))
}

async function attached(world: World) {
  const { id } = await world.create(world.programs.cat(), { openStdin: true })
  const attachment = await world.runtime.attachContainer(id, { stdin: true })
  await world.runtime.startContainer(id)
  return attachment
}

const liveValues: readonly ContractCase[] = [
  {
    id: 'calls/arguments/kill-signal',
    clauses: ['arguments.values'],
    async run(world) {
      const { id } = await world.runReady(world.programs.forever())
      await refuses('options.killSignal', signals, (killSignal) =>
        world.runtime.killContainer(id, { killSignal: killSignal as string }),
      )
      equal((await world.runtime.inspectContainer(id)).status, 'running')
    },
  },
  {
    id: 'exec/start/refuses-malformed-arguments',
    clauses: ['arguments.live'],
    needs: ['interactiveStreams'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const process = await runtime.startExec(id, { command: programs.cat() })
      await refusesInput(process)
      await refuses('signal', [...signals, 9], (signal) => process.kill(signal as never))
      await process.write('still there')
      await process.endStdin()
      equal(await process.exited, { exitCode: 0 })
      const detached = await runtime.startExec(id, { command: programs.forever() }, { detach: true })
      await refuses('signal', signals, (signal) => detached.kill(signal as never))
    },
  },
  {
    id: 'exec/attach/refuses-malformed-arguments',
    clauses: ['arguments.live'],
    needs: ['interactiveStreams'],
    async run(world) {
      const attachment = await attached(world)
      await refusesInput(attachment)
      await attachment.write('still there')
      ok((await attachment.output.next()).done === false, 'the container has ended')
      await attachment[Symbol.asyncDispose]()
    },
  },
]

export const badValues: readonly ContractCase[] = [...containerValues, ...networkValues, ...liveValues]
