import type {
  ContainerSpec,
  ContainerStatus,
  Healthcheck,
  HealthStatus,
  ImageHistoryEntry,
  LogChunk,
  PublishedPort,
  ResourceLimits,
  RestartPolicy,
} from '@moorage/runtime-core'
import type { TreeEntry } from '@moorage/build-context'
import type { Programs } from '../programs/program.ts'
import type { RunningProcess } from '../programs/running-process.ts'
import type { Pipe } from '../programs/pipe.ts'
import type { FileNode, FileTree, MountedTree } from './files.ts'
import type { Notifier } from './notifier.ts'

type Labels = Readonly<Record<string, string>>

/** What an image of the fake is made of. */
export interface FakeImageSpec {
  /** By the names under which containers call them; also found as `/bin/NAME` and `/usr/bin/NAME`. */
  readonly programs?: Programs
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  readonly command?: readonly string[]
  readonly entrypoint?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly labels?: Labels
  /** Default root. */
  readonly user?: string
  /** Users that can be named besides root, nobody and numbers. */
  readonly users?: readonly string[]
  readonly workingDirectory?: string
  readonly exposedPorts?: readonly string[]
  readonly healthcheck?: Healthcheck
  readonly stopSignal?: string
  /** Default `linux/amd64`. */
  readonly platform?: string
}

/** An image as the engine has it: of one that was built the files have modes and owners, and its steps are known. */
export interface ImageContent extends FakeImageSpec {
  readonly tree?: FileTree
  /** What it was built from. */
  readonly builtFrom?: string
  readonly history?: readonly Pick<ImageHistoryEntry, 'createdBy' | 'sizeBytes'>[]
}

export interface ImageRecord {
  readonly id: string
  readonly spec: ImageContent
  readonly tags: Set<string>
  readonly digests: Set<string>
  readonly createdAt: string
}

export interface LogEntry extends LogChunk {
  readonly timestamp: string
}

/** Something that a container sees at a path. */
export interface MountRecord extends MountedTree {
  readonly type: 'bind' | 'volume' | 'tmpfs'
  /** Path on the fake's host, or name of a volume. */
  readonly source: string
  /** A volume that was made for this container alone. */
  readonly isAnonymous: boolean
}

/** How a container takes part in a network. */
export interface Endpoint {
  readonly aliases: readonly string[]
  /** Asked for; absent: the next free one at the start. */
  readonly fixedAddress: string | undefined
  address: string | undefined
}

/** A second process of a container. */
export interface ExecRecord {
  readonly id: string
  /** Later ones have higher numbers. */
  readonly order: number
  readonly process: RunningProcess
  /** It was killed because its container ended. */
  interrupted: boolean
}

export interface ContainerRecord {
  readonly id: string
  name: string
  readonly image: ImageRecord
  readonly spec: ContainerSpec
  readonly createdAt: string
  /** Later ones have higher numbers. */
  readonly order: number
  readonly files: FileTree
  readonly mounts: readonly MountRecord[]
  readonly networks: Map<string, Endpoint>
  readonly logs: LogEntry[]
  readonly changes: Notifier
  readonly execs: Set<ExecRecord>
  /** Who is attached and sees what it writes. */
  readonly attached: Set<Pipe<LogChunk>>
  /** Open as long as the container can be written to. */
  stdin: Pipe<Uint8Array>
  status: ContainerStatus
  removed: boolean
  startedAt: string | undefined
  finishedAt: string | undefined
  exitCode: number | undefined
  process: RunningProcess | undefined
  ports: readonly PublishedPort[]
  health: HealthStatus
  restart: RestartPolicy
  resources: ResourceLimits
  restartCount: number
  /** The user asked for it: restart policies leave it alone. */
  stopped: boolean
  /** How often it has exited, so that waits see each one. */
  exits: number
  /** How many calls of a restart are ending its process, which then does not remove itself. */
  restarts: number
}

export interface NetworkRecord {
  readonly id: string
  readonly name: string
  readonly driver: string
  readonly internal: boolean
  readonly ipv6: boolean
  readonly subnet: string
  readonly options: Readonly<Record<string, string>>
  readonly labels: Labels
  readonly createdAt: string
  readonly predefined: boolean
}

export interface VolumeRecord {
  readonly name: string
  readonly driver: string
  readonly options: Readonly<Record<string, string>>
  readonly labels: Labels
  readonly createdAt: string
  readonly tree: FileTree
  /** Made for one container that asked for no volume in particular. */
  readonly isAnonymous: boolean
}

/** What the engine has of a folder from the build before. */
export interface KeptFile {
  readonly entry: TreeEntry
  readonly node: FileNode
}

/** What a step of a build has made. */
export interface BuiltStep {
  readonly files: FileTree
}
