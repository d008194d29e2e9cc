/** The part of `GET /containers/{id}/json` that is used here; both daemons leave out or null what they please. */
export interface ContainerJson {
  readonly Id: string
  readonly Created: string
  readonly Name: string
  readonly Image: string
  readonly RestartCount?: number
  readonly State: {
    readonly Status: string
    readonly Pid?: number
    readonly ExitCode?: number
    readonly OOMKilled?: boolean
    readonly Error?: string
    readonly StartedAt?: string
    readonly FinishedAt?: string
    readonly Health?: HealthJson | null
  }
  readonly Config: {
    readonly Image: string
    readonly Hostname?: string
    readonly User?: string
    readonly Env?: readonly string[] | null
    readonly Cmd?: readonly string[] | null
    readonly Entrypoint?: readonly string[] | string | null
    readonly WorkingDir?: string
    readonly Labels?: Readonly<Record<string, string>> | null
    /** A name, or on Podman a number. */
    readonly StopSignal?: string
    /** Seconds. */
    readonly StopTimeout?: number
    readonly MacAddress?: string
    readonly Tty?: boolean
    readonly OpenStdin?: boolean
    readonly Healthcheck?: HealthcheckJson | null
  }
  readonly HostConfig: {
    readonly AutoRemove?: boolean
    readonly Privileged?: boolean
    readonly ReadonlyRootfs?: boolean
    readonly RestartPolicy?: { readonly Name?: string; readonly MaximumRetryCount?: number } | null
    readonly PortBindings?: Readonly<Record<string, readonly PortBindingJson[] | null>> | null
    readonly Tmpfs?: Readonly<Record<string, string>> | null
    readonly Mounts?: readonly { readonly Type: string; readonly Target: string; readonly ReadOnly?: boolean }[] | null
  } & SettingsJson
  readonly Mounts?: readonly MountJson[] | null
  readonly NetworkSettings: {
    readonly Ports?: Readonly<Record<string, readonly PortBindingJson[] | null>> | null
    readonly Networks?: Readonly<Record<string, EndpointJson | null>> | null
  }
}

/** The part of a host configuration that tells how the container is set up. */
export interface SettingsJson {
  readonly GroupAdd?: readonly string[] | null
  readonly Init?: boolean | null
  readonly CapAdd?: readonly string[] | null
  readonly CapDrop?: readonly string[] | null
  readonly SecurityOpt?: readonly string[] | null
  readonly Memory?: number
  readonly MemorySwap?: number
  readonly MemoryReservation?: number
  readonly NanoCpus?: number
  readonly CpuShares?: number
  readonly CpusetCpus?: string
  readonly PidsLimit?: number | null
  readonly Ulimits?: readonly { readonly Name: string; readonly Soft: number; readonly Hard: number }[] | null
  readonly ShmSize?: number
  readonly StorageOpt?: Readonly<Record<string, string>> | null
  readonly Sysctls?: Readonly<Record<string, string>> | null
  readonly Devices?:
    | readonly {
        readonly PathOnHost: string
        readonly PathInContainer: string
        readonly CgroupPermissions?: string
      }[]
    | null
  readonly Dns?: readonly string[] | null
  readonly DnsSearch?: readonly string[] | null
  readonly DnsOptions?: readonly string[] | null
  readonly ExtraHosts?: readonly string[] | null
  readonly LogConfig?: { readonly Type?: string; readonly Config?: Readonly<Record<string, string>> | null } | null
  readonly NetworkMode?: string
  readonly PidMode?: string
  readonly IpcMode?: string
  readonly UTSMode?: string
  readonly UsernsMode?: string
  readonly Runtime?: string
}

export interface HealthJson {
  readonly Status?: string
  readonly FailingStreak?: number
  readonly Log?: readonly { readonly Start: string; readonly End: string; readonly ExitCode: number }[] | null
}

/** Times in nanoseconds; 0 is the engine's default. */
export interface HealthcheckJson {
  readonly Test?: readonly string[] | null
  readonly Interval?: number
  readonly Timeout?: number
  readonly StartPeriod?: number
  readonly Retries?: number
}

export interface PortBindingJson {
  readonly HostIp?: string
  readonly HostPort?: string
}

export interface MountJson {
  readonly Type: string
  readonly Name?: string
  readonly Source?: string
  readonly Destination: string
  readonly RW?: boolean
}

export interface EndpointJson {
  readonly NetworkID?: string
  readonly IPAddress?: string
  readonly GlobalIPv6Address?: string
  readonly MacAddress?: string
  readonly Aliases?: readonly string[] | null
}

/** One row of `GET /containers/json`. */
export interface ContainerRowJson {
  readonly Id: string
  readonly Names?: readonly string[] | null
  readonly Image: string
  readonly ImageID: string
  /** Seconds since 1970. */
  readonly Created: number
  readonly State: string
  readonly Labels?: Readonly<Record<string, string>> | null
  readonly Ports?: readonly { readonly PublicPort?: number }[] | null
}
