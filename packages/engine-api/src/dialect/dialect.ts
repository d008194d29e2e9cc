import type { ContainerStatus } from '@moorage/runtime-core'
import type { ArchiveUse, MountKind } from '../archives/mounts.ts'

/** An answer of the engine that is not a success, before anything is made of it. */
export interface FailedAnswer {
  readonly method: string
  /** Without the version and the query, such as `/containers/web/json`. */
  readonly path: string
  readonly status: number
  readonly message: string
}

/** An exec that runs no more, from `GET /exec/{id}/json`. */
export interface EndedExec {
  readonly exitCode: number
  /** On the engine's host. */
  readonly pid: number
  readonly output: string
}

/** What differs between the two daemons that speak this API. Docker's is the plain one; the others are told in its words. */
export interface Dialect {
  /** The backend's name, such as `docker`. */
  readonly backend: string
  /** The engine's name for a person. */
  readonly engineName: string
  /** The status that Docker would have given. */
  status(answer: FailedAnswer): number
  /** Where a container is, in Docker's words; `settled: false` while the engine is still at it. */
  containerStatus(text: string): { readonly status: ContainerStatus; readonly settled: boolean }
  /** Whether an exec that has ended never had a process; its output is then the engine's own words. */
  neverStarted(exec: EndedExec): boolean
  /** `ps_args` of `GET /containers/{id}/top` for a list whose first column is the process id on the engine's host. */
  readonly processIdsQuery: string
  /** An exec's exit code that the engine writes where it does not know the process's own; the exec's event may still have that. */
  readonly unknownExitCode: number
  /** Output of a process that ends with unread input may be lost, so that input is sent only while the process is known to run. */
  readonly losesOutputOverUnreadInput?: boolean
  /** Whether the last piece of a stderr, or of a terminal's output, is the engine's report that the rest is lost. */
  readonly reportsLoss?: (text: string) => boolean
  /** A reference as the caller would write it. */
  imageName(reference: string): string
  /** What the engine is known by; equal for all who reach the same one. */
  engineId(info: EngineIdentity): string
  /** An update without a restart policy takes it away, and one that speaks of processors must do so by quota and period. */
  readonly updatesWhole?: boolean
  /** Its wait looks at the container from time to time, and so may miss an exit. */
  readonly waitsByLooking: boolean
  /** The events of a container's exit and of its removal. */
  readonly exitEvents: readonly string[]
  /** Its log of events rotates, at which whoever follows it misses some events, and is told old ones again. */
  readonly rotatesEvents?: boolean
  /** Names the network of whoever asks for none, where a MAC address must be said there; absent: the container takes it. */
  readonly defaultNetwork?: string
  /** What a pull or a push is asked with besides, so that a refusal is told when it comes. */
  readonly transferQuery?: Readonly<Record<string, string>>
  /** Ends the own process of an exec without any means of its image, where the engine has a call for it. */
  readonly execRemoval?: (execId: string) => { readonly path: string; readonly body: object }
  /** A change of the networks of a paused container breaks its own state: such a change is refused before it is sent. */
  readonly breaksPausedNetworks?: boolean
  /** Where the healthcheck of an image is told that its inspection leaves out. */
  readonly imageHealthPath?: (id: string) => string
  /** Whether the archive calls read or write other files there than the container's processes do. */
  archivesMiss(mount: MountKind, use: ArchiveUse): boolean
  /** How `GET` and `HEAD` of an archive take a path, where it is a pattern to them. */
  readonly archivePattern?: (path: string) => string
  /** How a create takes the command of a healthcheck; absent: as `CMD` and its arguments. */
  readonly healthcheckTest?: (command: readonly string[]) => readonly string[]
  /** What a network is removed by: not every engine looks at its users when it is called by its id. */
  networkHandle(network: { readonly id: string; readonly name: string }): string
}

/** The part of `GET /info` that tells one engine from another. */
export interface EngineIdentity {
  readonly ID?: string
  readonly Name?: string
  readonly DockerRootDir?: string
}

/** Docker itself. */
export const dockerDialect: Dialect = Object.freeze({
  backend: 'docker',
  engineName: 'Docker',
  status: ({ status }: FailedAnswer) => status,
  containerStatus: (text: string) => ({ status: knownStatus(text), settled: text !== 'removing' }),
  neverStarted: ({ pid }: EndedExec) => pid === 0,
  processIdsQuery: '-eo pid,stat',
  /** Where the connection broke while output was being written (26.1). */
  unknownExitCode: 126,
  imageName: (reference: string) => reference,
  engineId: ({ ID, Name }: EngineIdentity) => ID ?? Name ?? '',
  networkHandle: ({ id }: { readonly id: string }) => id,
  /** Docker (26, 28) mounts volumes and binds for its archive calls, and nothing else, whether the container runs or not. */
  archivesMiss: (mount: MountKind, { access }: ArchiveUse) =>
    mount === 'tmpfs' || mount === 'devices' || mount === 'kernel' || (mount === 'engine-file' && access === 'write'),
  waitsByLooking: false,
  exitEvents: Object.freeze(['die', 'destroy']),
})

const statuses: readonly ContainerStatus[] = [
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
]

/** One of Docker's own words; an unknown one is taken for `dead`, of which nobody expects anything. */
export function knownStatus(text: string): ContainerStatus {
  return statuses.find((status) => status === text) ?? 'dead'
}
