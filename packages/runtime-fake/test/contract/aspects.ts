import type { Aspect } from '@moorage/runtime-contract-tests'
import type { FakeProcess, Program } from '@moorage/runtime-fake'

/** Capabilities that processes have without asking, by the numbers of the kernel. */
const usual = 0x800405fbn
const every = 0x1ffffffffffn
const numbers: Readonly<Record<string, bigint>> = { CHOWN: 0n, NET_ADMIN: 12n }

function capabilities({ container: { spec } }: FakeProcess): string {
  let set = spec.privileged === true ? every : usual
  for (const name of spec.capabilitiesAdded ?? []) set |= 1n << (numbers[name] ?? 0n)
  for (const name of spec.capabilitiesDropped ?? []) set &= ~(1n << (numbers[name] ?? 0n))
  return set.toString(16).padStart(16, '0')
}

/** Whose namespace it is: a container's, or the host's. */
function namespace({ container: { id, spec } }: FakeProcess, name: string): string {
  const { network, pid, ipc, uts } = spec.namespaces ?? {}
  const asked = { net: network, pid, ipc, uts }[name]
  return `${name}:[${typeof asked === 'object' ? asked.container : asked === 'host' ? 'host' : id}]`
}

function fileSystem({ container: { spec } }: FakeProcess, path: string): string {
  const mount = (spec.mounts ?? []).find(({ target }) => target === path)
  return mount?.type === 'tmpfs' ? `${mount.sizeBytes} ${mount.mode?.toString(8)}` : ''
}

function isWritable({ files }: FakeProcess, directory: string): boolean {
  const path = `${directory}/moorage`
  try {
    files.write(path, '')
    files.remove(path)
    return true
  } catch {
    return false
  }
}

function entries({ files }: FakeProcess, directory: string): string {
  const names = files.list(directory).map((path) => path.slice(directory.length + 1).split('/')[0] ?? '')
  return [...new Set(names)].join('\n')
}

const yes = (value: boolean): string => (value ? 'yes' : 'no')

/** What a kernel would show of what the container was made with. */
const aspects: Readonly<Record<Aspect, (process: FakeProcess, about: string) => unknown>> = {
  groups: ({ container }) => ['0', ...(container.spec.groups ?? [])].join(' '),
  'process-id': ({ container }) => (container.spec.init === true ? 2 : 1),
  capabilities,
  'no-new-privileges': ({ container }) =>
    Number(container.spec.securityOptions?.includes('no-new-privileges') === true),
  'memory-limit': (process) => process.resources().memoryBytes,
  'memory-swap-limit': (process) => process.resources().memorySwapBytes,
  'memory-reservation': (process) => process.resources().memoryReservationBytes,
  'cpu-percent': (process) => (process.resources().cpus ?? 0) * 100,
  'cpu-weight': (process) => ((process.resources().cpuShares ?? 1024) * 100) / 1024,
  'cpu-list': (process) => process.resources().cpusetCpus,
  'process-limit': (process) => process.resources().pidsLimit,
  'open-file-limits': ({ container }) => {
    const limit = container.spec.ulimits?.find(({ name }) => name === 'nofile')
    return `${limit?.soft} ${limit?.hard}`
  },
  'shared-memory': ({ container }) => container.spec.sharedMemoryBytes,
  sysctl: ({ container }, about) => container.spec.sysctls?.[about],
  device: ({ container }, about) => yes(container.spec.devices?.some((one) => one.containerPath === about) === true),
  resolver: ({ container: { spec } }) =>
    [
      ...(spec.dns?.servers ?? []).map((server) => `nameserver ${server}`),
      `search ${(spec.dns?.search ?? []).join(' ')}`,
      `options ${(spec.dns?.options ?? []).join(' ')}`,
    ].join('\n'),
  'host-address': ({ container }, about) => container.spec.extraHosts?.[about],
  'mac-address': ({ container }) => container.spec.macAddress,
  interfaces: ({ container }) => (container.spec.namespaces?.network === 'none' ? 'lo' : 'eth0\nlo'),
  namespace,
  'file-system': fileSystem,
  owner: ({ files }, about) => {
    const found = files.details(about)
    return `${found?.userId} ${found?.groupId}`
  },
  writable: (process, about) => yes(isWritable(process, about)),
  terminal: ({ tty }) => yes(tty),
  entries,
}

export const observe: Program = async (process) => {
  const [, aspect = '', about = ''] = process.argv
  await process.stdout(`${aspects[aspect as Aspect](process, about) ?? ''}\n`)
}
