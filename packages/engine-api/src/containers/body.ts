import type { ContainerSpec, Healthcheck, Mount, PortSpec, ResourceLimits, RestartPolicy } from '@moorage/runtime-core'
import type { Dialect } from '../dialect/dialect.ts'

type Json = Readonly<Record<string, unknown>>

/** The body of `POST /containers/create` for a spec whose fields the backend honours. */
export function containerBody(
  spec: ContainerSpec,
  { defaultNetwork, healthcheckTest }: Pick<Dialect, 'defaultNetwork' | 'healthcheckTest'> = {},
): Json {
  return defined({
    Image: spec.image,
    Cmd: spec.command,
    Entrypoint: spec.entrypoint === undefined ? undefined : spec.entrypoint.length === 0 ? [''] : spec.entrypoint,
    Env: spec.env && Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
    Labels: spec.labels,
    User: spec.user,
    WorkingDir: spec.workingDirectory,
    Hostname: spec.hostname,
    MacAddress: spec.macAddress,
    StopSignal: spec.stopSignal,
    StopTimeout: spec.stopTimeoutMs === undefined ? undefined : wholeSeconds(spec.stopTimeoutMs),
    Tty: spec.tty,
    OpenStdin: spec.openStdin,
    StdinOnce: spec.openStdin,
    Healthcheck: healthcheckBody(spec.healthcheck, healthcheckTest),
    ExposedPorts: spec.ports && Object.fromEntries(spec.ports.map((port) => [portKey(port), {}])),
    HostConfig: hostConfig(spec),
    NetworkingConfig: networkingConfig(spec, defaultNetwork),
  })
}

/** Seconds as the engine counts them: what is asked for in fractions rounds up, for 0 would mean at once. */
export function wholeSeconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000)
}

function hostConfig(spec: ContainerSpec): Json {
  const { resources = {}, namespaces = {}, dns = {} } = spec
  return defined({
    AutoRemove: spec.autoRemove,
    Mounts: spec.mounts?.filter((mount) => !isRelabelled(mount)).map(mountBody),
    Binds: spec.mounts?.some(isRelabelled) ? spec.mounts.filter(isRelabelled).map(bindText) : undefined,
    PortBindings: spec.ports && portBindings(spec.ports),
    NetworkMode: networkMode(spec),
    ...restartBody(spec.restart),
    Init: spec.init,
    Privileged: spec.privileged,
    CapAdd: spec.capabilitiesAdded,
    CapDrop: spec.capabilitiesDropped,
    SecurityOpt: spec.securityOptions,
    GroupAdd: spec.groups,
    ...resourceBody(resources),
    Ulimits: spec.ulimits?.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    ShmSize: spec.sharedMemoryBytes,
    StorageOpt: spec.storageOptions,
    Sysctls: spec.sysctls,
    Devices: spec.devices?.map((device) => ({
      PathOnHost: device.hostPath,
      PathInContainer: device.containerPath ?? device.hostPath,
      CgroupPermissions: device.permissions ?? 'rwm',
    })),
    DeviceRequests: spec.gpus === undefined ? undefined : [gpuRequest(spec.gpus)],
    Dns: dns.servers,
    DnsSearch: dns.search,
    DnsOptions: dns.options,
    ExtraHosts: spec.extraHosts && Object.entries(spec.extraHosts).map(([name, address]) => `${name}:${address}`),
    LogConfig: spec.logDriver && { Type: spec.logDriver.name, Config: spec.logDriver.options ?? {} },
    PidMode: sharedNamespace(namespaces.pid),
    IpcMode: sharedNamespace(namespaces.ipc),
    UTSMode: namespaces.uts,
    UsernsMode: namespaces.user,
    Runtime: spec.ociRuntime,
    ReadonlyRootfs: spec.readOnlyRoot,
  })
}

/** The part of a host configuration that limits, which can also be changed later. */
export function resourceBody(resources: ResourceLimits = {}): Json {
  return defined({
    Memory: resources.memoryBytes,
    MemorySwap: resources.memorySwapBytes,
    MemoryReservation: resources.memoryReservationBytes,
    NanoCpus: resources.cpus === undefined ? undefined : Math.round(resources.cpus * 1e9),
    CpuShares: resources.cpuShares,
    CpusetCpus: resources.cpusetCpus,
    PidsLimit: resources.pidsLimit,
  })
}

/** The restart policy in a host configuration. */
export function restartBody(restart: RestartPolicy | undefined): Json {
  if (restart === undefined) return {}
  const retries = 'maximumRetries' in restart ? { MaximumRetryCount: restart.maximumRetries } : {}
  return { RestartPolicy: { Name: restart.policy, ...retries } }
}

type RelabelledMount = Extract<Mount, { readonly type: 'bind' }> & { readonly relabel: 'shared' | 'private' }

export function isRelabelled(mount: Mount): mount is RelabelledMount {
  return mount.type === 'bind' && mount.relabel !== undefined
}

/** The old form, which alone can say how to relabel. */
function bindText({ source, target, readOnly, relabel, propagation }: RelabelledMount): string {
  const options = [readOnly === true ? 'ro' : 'rw', relabel === 'shared' ? 'z' : 'Z', propagation]
  return `${source}:${target}:${options.filter((option) => option !== undefined).join(',')}`
}

/** Engines make a missing source of a bind in the old form (`Binds`) a directory, and refuse it in this one. */
export function mountBody(mount: Mount): Json {
  switch (mount.type) {
    case 'bind':
      return defined({
        Type: 'bind',
        Source: mount.source,
        Target: mount.target,
        ReadOnly: mount.readOnly,
        BindOptions: mount.propagation && { Propagation: mount.propagation },
      })
    case 'volume':
      return defined({
        Type: 'volume',
        Source: mount.source,
        Target: mount.target,
        ReadOnly: mount.readOnly,
        VolumeOptions: mount.subpath === undefined ? undefined : { Subpath: mount.subpath },
      })
    case 'tmpfs':
      return defined({
        Type: 'tmpfs',
        Target: mount.target,
        // Without a mode Podman (5.4) takes 0, which only root can use, and Docker that of the directory below.
        TmpfsOptions: defined({ SizeBytes: mount.sizeBytes, Mode: mount.mode ?? 0o1777 }),
      })
  }
}

function portKey({ containerPort, protocol = 'tcp' }: PortSpec): string {
  return `${containerPort}/${protocol}`
}

function portBindings(ports: readonly PortSpec[]): Json {
  const bindings: Record<string, Json[]> = {}
  for (const port of ports) {
    const binding = { HostIp: port.hostAddress ?? '', HostPort: port.hostPort ? String(port.hostPort) : '' }
    ;(bindings[portKey(port)] ??= []).push(binding)
  }
  return bindings
}

function networkMode(spec: ContainerSpec): string | undefined {
  const shared = sharedNamespace(spec.namespaces?.network)
  return shared ?? spec.networks?.[0]?.network
}

function sharedNamespace(value: string | { readonly container: string } | undefined): string | undefined {
  return typeof value === 'object' ? `container:${value.container}` : value
}

function networkingConfig(spec: ContainerSpec, defaultNetwork: string | undefined): Json | undefined {
  const { networks, macAddress } = spec
  if (networks === undefined) {
    if (macAddress === undefined || defaultNetwork === undefined) return undefined
    return { EndpointsConfig: { [defaultNetwork]: { MacAddress: macAddress } } }
  }
  const endpoints = networks.map(({ network, aliases, ipv4Address, ipv6Address }, index) => [
    network,
    defined({
      Aliases: aliases,
      // The container's own address is that of its first network.
      MacAddress: index === 0 ? macAddress : undefined,
      IPAMConfig:
        ipv4Address === undefined && ipv6Address === undefined
          ? undefined
          : defined({ IPv4Address: ipv4Address, IPv6Address: ipv6Address }),
    }),
  ])
  return { EndpointsConfig: Object.fromEntries(endpoints) }
}

function healthcheckBody(
  healthcheck: Healthcheck | false | undefined,
  commandTest: Dialect['healthcheckTest'] = (command) => ['CMD', ...command],
): Json | undefined {
  if (healthcheck === undefined) return undefined
  if (healthcheck === false) return { Test: ['NONE'] }
  const nanoseconds = (milliseconds: number | undefined): number | undefined =>
    milliseconds === undefined ? undefined : Math.round(milliseconds * 1e6)
  return defined({
    Test: typeof healthcheck.test === 'string' ? ['CMD-SHELL', healthcheck.test] : commandTest(healthcheck.test),
    Interval: nanoseconds(healthcheck.intervalMs),
    Timeout: nanoseconds(healthcheck.timeoutMs),
    StartPeriod: nanoseconds(healthcheck.startPeriodMs),
    Retries: healthcheck.retries,
  })
}

function gpuRequest(gpus: 'all' | number): Json {
  return { Driver: '', Count: gpus === 'all' ? -1 : gpus, Capabilities: [['gpu']] }
}

/** Without the fields that are not given: to an engine `null` is a value. */
function defined(fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
