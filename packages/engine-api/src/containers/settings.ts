import {
  signalName,
  type ContainerSettings,
  type Healthcheck,
  type NamespaceSharing,
  type ResourceLimits,
} from '@moorage/runtime-core'
import type { ContainerJson, HealthcheckJson, SettingsJson } from './json.ts'

/** What was asked for beyond what every container has; engines write nothing, null, 0 or an empty list for nothing. */
export function containerSettings({ Config: config, HostConfig: host, ...json }: ContainerJson): ContainerSettings {
  const dns = { servers: filled(host.Dns), search: filled(host.DnsSearch), options: filled(host.DnsOptions) }
  const endpoints = Object.values(json.NetworkSettings.Networks ?? {})
  const macAddress = config.MacAddress || endpoints.find((endpoint) => endpoint?.MacAddress)?.MacAddress
  const { Type: logDriver = '', Config: logOptions } = host.LogConfig ?? {}
  return given({
    groups: filled(host.GroupAdd),
    healthcheck: healthcheck(config.Healthcheck ?? undefined),
    init: host.Init ?? undefined,
    capabilitiesAdded: filled(host.CapAdd?.map(capabilityName)),
    capabilitiesDropped: filled(host.CapDrop?.map(capabilityName)),
    securityOptions: filled(host.SecurityOpt),
    resources: something(resources(host)),
    ulimits: filled(
      host.Ulimits?.map(({ Name: name, Soft: soft, Hard: hard }) => ({
        name: name.replace(/^RLIMIT_/, '').toLowerCase(),
        soft,
        hard,
      })),
    ),
    sharedMemoryBytes: positive(host.ShmSize),
    storageOptions: something(host.StorageOpt ?? {}),
    sysctls: something(host.Sysctls ?? {}),
    devices: filled(
      host.Devices?.map((device) =>
        given({
          hostPath: device.PathOnHost,
          containerPath: device.PathInContainer,
          permissions: device.CgroupPermissions || undefined,
        }),
      ),
    ),
    dns: something(given(dns)),
    extraHosts: something(extraHosts(host.ExtraHosts ?? [])),
    macAddress: macAddress || undefined,
    logDriver: logDriver === '' ? undefined : given({ name: logDriver, options: something(logOptions ?? {}) }),
    namespaces: something(namespaces(host)),
    // Podman calls whatever it has `oci`.
    ociRuntime: host.Runtime === 'oci' ? undefined : host.Runtime || undefined,
    stopSignal: config.StopSignal ? stopSignal(config.StopSignal) : undefined,
    stopTimeoutMs: config.StopTimeout === undefined ? undefined : config.StopTimeout * 1000,
  })
}

function resources(host: SettingsJson): ResourceLimits {
  return given({
    memoryBytes: positive(host.Memory),
    memorySwapBytes: host.MemorySwap === 0 ? undefined : host.MemorySwap,
    memoryReservationBytes: positive(host.MemoryReservation),
    cpus: positive(host.NanoCpus === undefined ? undefined : host.NanoCpus / 1e9),
    cpuShares: positive(host.CpuShares),
    cpusetCpus: host.CpusetCpus || undefined,
    pidsLimit: positive(host.PidsLimit ?? undefined),
  })
}

function healthcheck(json: HealthcheckJson | undefined): Healthcheck | false | undefined {
  const [kind, ...rest] = json?.Test ?? []
  if (json === undefined || kind === undefined) return undefined
  if (kind === 'NONE') return false
  const milliseconds = (nanoseconds: number | undefined): number | undefined =>
    positive(nanoseconds === undefined ? undefined : nanoseconds / 1e6)
  return given({
    test: kind === 'CMD-SHELL' ? (rest[0] ?? '') : rest,
    intervalMs: milliseconds(json.Interval),
    timeoutMs: milliseconds(json.Timeout),
    startPeriodMs: milliseconds(json.StartPeriod),
    retries: positive(json.Retries),
  })
}

function namespaces(host: SettingsJson): NamespaceSharing {
  return given({
    network: shared(host.NetworkMode, ['none', 'host'] as const),
    pid: shared(host.PidMode, ['host'] as const),
    ipc: shared(host.IpcMode, ['host', 'private', 'shareable'] as const),
    uts: host.UTSMode === 'host' ? host.UTSMode : undefined,
    user: (['host', 'keep-id'] as const).find((known) => known === host.UsernsMode),
  })
}

function shared<Mode extends string>(
  mode: string | undefined,
  known: readonly Mode[],
): Mode | { readonly container: string } | undefined {
  if (mode?.startsWith('container:') === true) return { container: mode.slice('container:'.length) }
  return known.find((value) => value === mode)
}

/** `name:address`; the address may be of IPv6. */
function extraHosts(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1)]
    }),
  )
}

function capabilityName(name: string): string {
  return name.replace(/^CAP_/, '')
}

/** Engines keep the text of a create; Podman's own API writes numbers, those of Linux wherever this process runs. */
function stopSignal(text: string): string {
  return /^\d+$/.test(text) ? (signalName(text) ?? text) : text
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined
}

function filled<T>(list: readonly T[] | null | undefined): readonly T[] | undefined {
  return list === null || list === undefined || list.length === 0 ? undefined : list
}

function something<Fields extends object>(fields: Fields): Fields | undefined {
  return Object.keys(fields).length === 0 ? undefined : fields
}

/** The fields that have a value. */
type Given<Fields> = { readonly [Name in keyof Fields]: Exclude<Fields[Name], undefined> }

function given<Fields extends object>(
  fields: Fields,
): Partial<Given<Fields>> & {
  readonly [Name in keyof Fields as undefined extends Fields[Name] ? never : Name]: Fields[Name]
} {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<
    Given<Fields>
  > &
    Fields
}
