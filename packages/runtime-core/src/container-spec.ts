/** Something of the host, or a volume, that a container sees at `target`. */
export type Mount =
  | {
      readonly type: 'bind'
      /** Absolute path on the engine's host. It must exist: PATH_NOT_FOUND otherwise. */
      readonly source: string
      readonly target: string
      readonly readOnly?: boolean
      /** SELinux relabelling: `shared` (z) or `private` (Z). */
      readonly relabel?: 'shared' | 'private'
      readonly propagation?: 'private' | 'rprivate' | 'shared' | 'rshared' | 'slave' | 'rslave'
    }
  | {
      readonly type: 'volume'
      /** Name of a volume; absent makes an anonymous one. */
      readonly source?: string
      readonly target: string
      readonly readOnly?: boolean
      readonly subpath?: string
    }
  | {
      readonly type: 'tmpfs'
      readonly target: string
      readonly sizeBytes?: number
      /** Permission bits. Default 0o1777: every user may write. */
      readonly mode?: number
    }

/** A port of the container made reachable on the host. */
export interface PortSpec {
  readonly containerPort: number
  /** Default `tcp`. */
  readonly protocol?: 'tcp' | 'udp' | 'sctp'
  /** Absent or 0: the engine chooses a free one; read it with `inspectContainer`. */
  readonly hostPort?: number
  /** An IP address of the host, such as `127.0.0.1` or `::1`; a name such as `localhost` is INVALID_ARGUMENT. Default: all addresses. */
  readonly hostAddress?: string
}

/** How a container takes part in one network. */
export interface NetworkAttachment {
  /** Name or id. */
  readonly network: string
  readonly aliases?: readonly string[]
  readonly ipv4Address?: string
  readonly ipv6Address?: string
}

/** A healthcheck. Times in milliseconds, at least 1; absent ones are the engine's defaults (30 s, 30 s, 0 s, 3). */
export interface Healthcheck {
  /** A command as an argument array, or a text for the image's shell. */
  readonly test: readonly string[] | string
  readonly intervalMs?: number
  readonly timeoutMs?: number
  readonly startPeriodMs?: number
  readonly retries?: number
}

/** When the engine starts a container again by itself. */
export type RestartPolicy =
  | { readonly policy: 'no' | 'always' | 'unless-stopped' }
  | { readonly policy: 'on-failure'; /** At least 1; absent: any number. */ readonly maximumRetries?: number }

/** Limits; behind the gate `resourceLimits`. Leave a field out for no limit: engines take 0 for that. */
export interface ResourceLimits {
  readonly memoryBytes?: number
  /** Memory plus swap; -1 is unlimited swap. */
  readonly memorySwapBytes?: number
  readonly memoryReservationBytes?: number
  /** Number of CPUs, such as 0.5; at least 0.01. */
  readonly cpus?: number
  /** From 2 to 262,144; the engine's default is 1024. */
  readonly cpuShares?: number
  /** Such as `0-2,4`. */
  readonly cpusetCpus?: string
  /** -1 is unlimited. */
  readonly pidsLimit?: number
}

/** One resource limit of the process (`setrlimit`), such as `nofile`. */
export interface Ulimit {
  readonly name: string
  readonly soft: number
  readonly hard: number
}

/** Namespaces shared with the host or with another container; behind the gate `namespaceSharing`. */
export interface NamespaceSharing {
  readonly network?: 'none' | 'host' | { readonly container: string }
  readonly pid?: 'host' | { readonly container: string }
  readonly ipc?: 'host' | 'private' | 'shareable' | { readonly container: string }
  readonly uts?: 'host'
  /** `keep-id` maps the calling user to itself (rootless Podman). */
  readonly user?: 'host' | 'keep-id'
}

/** A device of the host. */
export interface DeviceMapping {
  readonly hostPath: string
  readonly containerPath?: string
  /** Some of `rwm`; default `rwm`. */
  readonly permissions?: string
}

/** What `createContainer` makes. A field that a backend cannot honour is refused with UNSUPPORTED, never dropped. */
export interface ContainerSpec {
  readonly image: string
  /** Letters, digits, `_`, `.`, `-`, at least two, beginning with a letter or digit. Absent: the engine chooses. */
  readonly name?: string
  /** Arguments after the entrypoint; absent: the image's. */
  readonly command?: readonly string[]
  /** Absent: the image's; an empty array clears it. */
  readonly entrypoint?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
  /** `user`, `uid`, `user:group` or `uid:gid`. */
  readonly user?: string
  /** Supplementary groups by name or id. */
  readonly groups?: readonly string[]
  readonly workingDirectory?: string
  readonly mounts?: readonly Mount[]
  readonly networks?: readonly NetworkAttachment[]
  readonly ports?: readonly PortSpec[]
  readonly restart?: RestartPolicy
  /** `undefined` inherits the image's, `false` disables it. */
  readonly healthcheck?: Healthcheck | false
  /** Run a small init as process 1 that reaps children. */
  readonly init?: boolean
  readonly privileged?: boolean
  readonly capabilitiesAdded?: readonly string[]
  readonly capabilitiesDropped?: readonly string[]
  readonly securityOptions?: readonly string[]
  readonly resources?: ResourceLimits
  readonly ulimits?: readonly Ulimit[]
  readonly sharedMemoryBytes?: number
  readonly storageOptions?: Readonly<Record<string, string>>
  readonly sysctls?: Readonly<Record<string, string>>
  readonly devices?: readonly DeviceMapping[]
  /** `all`, or a number of GPUs. */
  readonly gpus?: 'all' | number
  readonly dns?: {
    readonly servers?: readonly string[]
    readonly search?: readonly string[]
    readonly options?: readonly string[]
  }
  /** Lines of `/etc/hosts`: name to IP address, or to `host-gateway`. */
  readonly extraHosts?: Readonly<Record<string, string>>
  readonly hostname?: string
  readonly macAddress?: string
  readonly logDriver?: { readonly name: string; readonly options?: Readonly<Record<string, string>> }
  readonly namespaces?: NamespaceSharing
  /** The OCI runtime, such as `runc`. */
  readonly ociRuntime?: string
  /** Such as `linux/arm64`. */
  readonly platform?: string
  /**
   * `never` (default): a missing image is IMAGE_NOT_FOUND. `missing` pulls it if the engine lacks it, `always` pulls first.
   */
  readonly pullPolicy?: 'never' | 'missing' | 'always'
  /** A signal of Linux, such as `SIGTERM`, `TERM` or `15`. */
  readonly stopSignal?: string
  /** How long a stop waits before it kills; sub-second values round up to the second. */
  readonly stopTimeoutMs?: number
  readonly tty?: boolean
  /** Whether an attachment may write to the process; without, its stdin is empty. Default false. */
  readonly openStdin?: boolean
  /** The engine removes the container when it exits. */
  readonly autoRemove?: boolean
  readonly readOnlyRoot?: boolean
}
