import type {
  ContainerDetails,
  ContainerMount,
  ContainerNetwork,
  ContainerSummary,
  HealthStatus,
  PublishedPort,
  RestartPolicy,
} from '@moorage/runtime-core'
import type { Dialect } from '../dialect/dialect.ts'
import type { ContainerJson, ContainerRowJson, EndpointJson, PortBindingJson } from './json.ts'
import { containerSettings } from './settings.ts'

/** What the interface says of a container, from `GET /containers/{id}/json`. */
export function containerDetails(json: ContainerJson, dialect: Dialect): ContainerDetails {
  const { State: state, Config: config, HostConfig: host } = json
  const { status } = dialect.containerStatus(state.Status)
  const startedAt = time(state.StartedAt)
  const finishedAt = time(state.FinishedAt)
  const runs = status === 'running' || status === 'paused' || status === 'restarting'
  return {
    id: json.Id,
    name: plainName(json.Name),
    image: dialect.imageName(config.Image),
    imageId: json.Image.startsWith('sha256:') ? json.Image : `sha256:${json.Image}`,
    status,
    ...(runs && state.Pid !== undefined && state.Pid > 0 && { pid: state.Pid }),
    ...(!runs && startedAt !== undefined && state.ExitCode !== undefined && { exitCode: state.ExitCode }),
    outOfMemoryKilled: state.OOMKilled ?? false,
    createdAt: json.Created,
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && !runs && { finishedAt }),
    health: health(state.Health?.Status),
    command: config.Cmd ?? [],
    entrypoint: entrypoint(config.Entrypoint),
    env: environment(config.Env ?? []),
    labels: config.Labels ?? {},
    user: config.User ?? '',
    workingDirectory: config.WorkingDir ?? '',
    hostname: config.Hostname ?? '',
    tty: config.Tty ?? false,
    openStdin: config.OpenStdin ?? false,
    autoRemove: host.AutoRemove ?? false,
    privileged: host.Privileged ?? false,
    readOnlyRoot: host.ReadonlyRootfs ?? false,
    restart: restartPolicy(host.RestartPolicy ?? undefined),
    restartCount: json.RestartCount ?? 0,
    mounts: mounts(json),
    networks: Object.entries(json.NetworkSettings.Networks ?? {}).map(([name, endpoint]) =>
      network(name, endpoint ?? {}, json.Id),
    ),
    ports: status === 'running' || status === 'paused' ? publishedPorts(json.NetworkSettings.Ports ?? {}) : [],
    ...containerSettings(json),
  }
}

/** One row of a list. */
export function containerSummary(row: ContainerRowJson, dialect: Dialect): ContainerSummary {
  return {
    id: row.Id,
    name: plainName(rowName(row)),
    image: dialect.imageName(row.Image),
    imageId: row.ImageID.startsWith('sha256:') ? row.ImageID : `sha256:${row.ImageID}`,
    status: dialect.containerStatus(row.State).status,
    createdAt: new Date(row.Created * 1000).toISOString(),
    labels: row.Labels ?? {},
  }
}

/** Links of other containers stand among the names too, as `/other/alias`. */
export function rowName(row: ContainerRowJson): string {
  const names = row.Names ?? []
  return names.find((name) => name.lastIndexOf('/') <= 0) ?? names[0] ?? ''
}

/** Whether it was ever started: engines write the year 1 for never. */
export function wasStarted(json: ContainerJson): boolean {
  return time(json.State.StartedAt) !== undefined
}

export function plainName(name: string): string {
  return name.startsWith('/') ? name.slice(1) : name
}

export function environment(entries: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    entries.map((entry) => {
      const equals = entry.indexOf('=')
      return equals === -1 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)]
    }),
  )
}

/** An entrypoint that was cleared is told as one empty text by some engines. */
export function entrypoint(value: readonly string[] | string | null | undefined): readonly string[] {
  const parts = typeof value === 'string' ? [value] : (value ?? [])
  return parts.length === 1 && parts[0] === '' ? [] : parts
}

function time(text: string | undefined): string | undefined {
  return text === undefined || text === '' || text.startsWith('0001-') ? undefined : text
}

function health(text: string | undefined): HealthStatus {
  return text === 'starting' || text === 'healthy' || text === 'unhealthy' ? text : 'none'
}

function restartPolicy(policy: { readonly Name?: string; readonly MaximumRetryCount?: number } = {}): RestartPolicy {
  const { Name: name = '', MaximumRetryCount: retries = 0 } = policy
  if (name === 'on-failure') return { policy: name, ...(retries > 0 && { maximumRetries: retries }) }
  return { policy: name === 'always' || name === 'unless-stopped' ? name : 'no' }
}

/** A tmpfs asked for as a mount is told only in the host configuration by Docker. */
function mounts(json: ContainerJson): readonly ContainerMount[] {
  const made = (json.Mounts ?? []).map((mount) => ({
    type: mount.Type,
    source: mount.Type === 'volume' ? (mount.Name ?? '') : mount.Type === 'tmpfs' ? '' : (mount.Source ?? ''),
    target: mount.Destination,
    readOnly: mount.RW === false,
  }))
  const temporary = [
    ...(json.HostConfig.Mounts ?? []).filter(({ Type }) => Type === 'tmpfs').map(({ Target }) => Target),
    ...Object.keys(json.HostConfig.Tmpfs ?? {}),
  ]
  const untold = [...new Set(temporary)].filter((target) => made.every((mount) => mount.target !== target))
  return [...made, ...untold.map((target) => ({ type: 'tmpfs', source: '', target, readOnly: false }))]
}

function network(networkName: string, endpoint: EndpointJson, containerId: string): ContainerNetwork {
  return {
    networkName,
    networkId: endpoint.NetworkID ?? '',
    ...(endpoint.IPAddress ? { ipv4Address: endpoint.IPAddress } : {}),
    ...(endpoint.GlobalIPv6Address ? { ipv6Address: endpoint.GlobalIPv6Address } : {}),
    ...(endpoint.MacAddress ? { macAddress: endpoint.MacAddress } : {}),
    // Engines before Docker 25 add the beginning of the id.
    aliases: (endpoint.Aliases ?? []).filter((alias) => alias !== containerId.slice(0, 12)),
  }
}

function publishedPorts(ports: Readonly<Record<string, readonly PortBindingJson[] | null>>): readonly PublishedPort[] {
  const merged = new Map<string, PublishedPort & { readonly hostAddresses: string[] }>()
  for (const [key, bindings] of Object.entries(ports)) {
    const [port = '', protocol] = key.split('/')
    for (const { HostIp = '', HostPort = '' } of bindings ?? []) {
      const hostPort = Number(HostPort)
      if (!(hostPort > 0)) continue
      const known = merged.get(`${key}:${hostPort}`)
      if (known !== undefined) {
        if (HostIp !== '' && !known.hostAddresses.includes(HostIp)) known.hostAddresses.push(HostIp)
        continue
      }
      merged.set(`${key}:${hostPort}`, {
        containerPort: Number(port),
        protocol: protocol === 'udp' || protocol === 'sctp' ? protocol : 'tcp',
        hostPort,
        hostAddresses: HostIp === '' ? [] : [HostIp],
      })
    }
  }
  return [...merged.values()]
}
