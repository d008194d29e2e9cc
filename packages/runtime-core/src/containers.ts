import type { CallOptions, RemoveOptions } from './call-options.ts'
import type { ContainerSpec, ResourceLimits, RestartPolicy } from './container-spec.ts'

/** Where a container is in its life; the words of Docker, to which other engines' words are mapped. */
export type ContainerStatus = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'

/** What the healthcheck says; `none` when there is no healthcheck. */
export type HealthStatus = 'none' | 'starting' | 'healthy' | 'unhealthy'

/** A port that is reachable on the host. IPv4 and IPv6 entries of one port are merged. */
export interface PublishedPort {
  readonly containerPort: number
  readonly protocol: 'tcp' | 'udp' | 'sctp'
  readonly hostPort: number
  readonly hostAddresses: readonly string[]
}

/** One network of a container. Addresses are there while it runs. */
export interface ContainerNetwork {
  readonly networkName: string
  readonly networkId: string
  readonly ipv4Address?: string
  readonly ipv6Address?: string
  readonly macAddress?: string
  readonly aliases: readonly string[]
}

/** A mount as the engine made it. */
export interface ContainerMount {
  readonly type: string
  /** Host path of a bind, name of a volume; empty for tmpfs. */
  readonly source: string
  readonly target: string
  readonly readOnly: boolean
}

/**
 * The settings of a container beyond what every one has, in the words of its spec. Absent is what was not asked for, or what
 * the engine does not tell; defaults of the engine's own may stand there.
 */
export type ContainerSettings = Pick<
  ContainerSpec,
  | 'groups'
  | 'healthcheck'
  | 'init'
  | 'capabilitiesAdded'
  | 'capabilitiesDropped'
  | 'securityOptions'
  | 'resources'
  | 'ulimits'
  | 'sharedMemoryBytes'
  | 'storageOptions'
  | 'sysctls'
  | 'devices'
  | 'dns'
  | 'extraHosts'
  | 'macAddress'
  | 'logDriver'
  | 'namespaces'
  | 'ociRuntime'
  | 'stopSignal'
  | 'stopTimeoutMs'
>

/** What `inspectContainer` answers. Docker: `GET /containers/{id}/json`. */
export interface ContainerDetails extends ContainerSettings {
  readonly id: string
  /** Without a leading slash. */
  readonly name: string
  /** The reference that the container was created with. */
  readonly image: string
  readonly imageId: string
  readonly status: ContainerStatus
  /** Process id on the engine's host while running. */
  readonly pid?: number
  /** Of the last run; absent while running and when never started. */
  readonly exitCode?: number
  readonly outOfMemoryKilled: boolean
  /** RFC 3339, as precise as the engine's. */
  readonly createdAt: string
  readonly startedAt?: string
  readonly finishedAt?: string
  readonly health: HealthStatus
  readonly command: readonly string[]
  readonly entrypoint: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly user: string
  readonly workingDirectory: string
  readonly hostname: string
  readonly tty: boolean
  readonly openStdin: boolean
  readonly autoRemove: boolean
  readonly privileged: boolean
  readonly readOnlyRoot: boolean
  readonly restart: RestartPolicy
  readonly restartCount: number
  readonly mounts: readonly ContainerMount[]
  readonly networks: readonly ContainerNetwork[]
  /** Empty unless running. */
  readonly ports: readonly PublishedPort[]
}

/** One row of `listContainers`. */
export interface ContainerSummary {
  readonly id: string
  readonly name: string
  readonly image: string
  readonly imageId: string
  readonly status: ContainerStatus
  /** RFC 3339; engines may give whole seconds here. */
  readonly createdAt: string
  readonly labels: Readonly<Record<string, string>>
}

/** All given conditions must hold; no condition matches every container. An empty key or an undefined value is refused. */
export interface ContainerFilter {
  /** Exact name. */
  readonly name?: string
  /** Exact key and value; the empty value matches only an empty value. */
  readonly labels?: Readonly<Record<string, string>>
  /** Keys that must be there, whatever the value. */
  readonly labelKeys?: readonly string[]
  readonly status?: readonly ContainerStatus[]
}

/** What a container that was just created is called. */
export interface CreatedContainer {
  readonly id: string
  readonly name: string
  /** What the engine says it will not quite do. */
  readonly warnings: readonly string[]
}

export interface StopContainerOptions extends CallOptions {
  /** 0 kills at once; absent is the container's or the engine's default (10 s); sub-second values round up. */
  readonly timeoutMs?: number
}

export interface KillContainerOptions extends CallOptions {
  /** Default `SIGKILL`. */
  readonly killSignal?: string
}

export interface WaitContainerOptions extends CallOptions {
  /** `not-running` (default), `next-exit`: the next time it exits, `removed`: until it is gone. */
  readonly condition?: 'not-running' | 'next-exit' | 'removed'
}

export interface WaitResult {
  readonly exitCode: number
}

/** Default for `missing`: `error`. */
export interface RemoveContainerOptions extends RemoveOptions {
  /** Kill it first if it runs. */
  readonly force?: boolean
  /** Remove its anonymous volumes too. */
  readonly removeVolumes?: boolean
}

export type RestartContainerOptions = StopContainerOptions

/** What `updateContainer` changes on a container that exists. */
export interface ContainerUpdate {
  readonly resources?: ResourceLimits
  readonly restart?: RestartPolicy
}

/** One sample of `containerStats`. Docker: `GET /containers/{id}/stats`. */
export interface ContainerStatsSample {
  readonly at: string
  /** Of one CPU: 2.0 means two CPUs busy. */
  readonly cpuUsage: number
  readonly memoryBytes: number
  readonly memoryLimitBytes?: number
  readonly pids: number
  readonly networkReceivedBytes: number
  readonly networkSentBytes: number
  readonly blockReadBytes: number
  readonly blockWrittenBytes: number
}

/** One process of `containerProcesses`. */
export interface ContainerProcess {
  readonly pid: number
  readonly parentPid: number
  readonly user: string
  readonly command: string
}
