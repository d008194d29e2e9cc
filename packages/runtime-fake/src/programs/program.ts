import type { ContainerSpec, ContainerStatsSample, ResourceLimits, TerminalSize } from '@moorage/runtime-core'

/** What a program of the fake sees of its container: the process that it plays. */
export interface FakeProcess {
  /** The program's name and its arguments. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly workingDirectory: string
  readonly user: string
  readonly hostname: string
  readonly tty: boolean
  /** Absent without a terminal; SIGWINCH says that it has changed. */
  terminalSize(): TerminalSize | undefined
  /** What is written to the process; ends at once where nothing is attached. */
  readonly stdin: AsyncIterable<Uint8Array>
  /** Resolves when there is room for more: whoever reads may be slow. */
  stdout(output: string | Uint8Array): Promise<void>
  /** On a terminal the same as `stdout`. */
  stderr(output: string | Uint8Array): Promise<void>
  /** By the fake's clock; rejects once the process is killed. */
  sleep(milliseconds: number): Promise<void>
  /** Instead of the default action, which for most signals is to end with 128 and the signal's number. Not for SIGKILL. */
  onSignal(name: string, handler: () => void): void
  /** Aborted once the process is killed: nothing that the program does afterwards counts. */
  readonly killed: AbortSignal
  /** What the stats tell of this process from now on; without it, that it is there and does nothing. */
  use(usage: FakeUsage): void
  /** What the container was given; the fake measures nothing, a program may. */
  resources(): ResourceLimits
  /** What it was made of: for a program that plays what a kernel would make of it. */
  readonly container: FakeContainerFacts
  readonly network: FakeNetworkAccess
  readonly files: FakeFileAccess
}

/** The container that a process runs in. */
export interface FakeContainerFacts {
  readonly id: string
  readonly name: string
  readonly spec: ContainerSpec
}

/** What a process uses: the container's stats are the sum over its processes. */
export type FakeUsage = Partial<Omit<ContainerStatsSample, 'at' | 'pids' | 'memoryLimitBytes'>>

/** Whoever listens answers one request with one answer. */
export type FakeService = (request: Uint8Array) => Uint8Array | string | Promise<Uint8Array | string>

/** What a process can reach: other containers, by name, alias or address, of the networks that they share. */
export interface FakeNetworkAccess {
  listen(port: number, service: FakeService): void
  /** Rejects when the name is not known, or nobody listens there. */
  request(host: string, port: number, request?: Uint8Array | string): Promise<Uint8Array>
}

/** The container's files, volumes and binds included. */
export interface FakeFileAccess {
  /** `undefined` when there is no such file. */
  read(path: string): Uint8Array | undefined
  /** Permission bits and owner; `undefined` when there is nothing. */
  details(path: string): { readonly mode: number; readonly userId: number; readonly groupId: number } | undefined
  write(path: string, content: Uint8Array | string): void
  remove(path: string): void
  /** The paths of all files below a directory. */
  list(directory: string): readonly string[]
}

/** Plays a process: what it returns is the exit code (nothing is 0), what it throws is written to stderr and is code 1. */
export type Program = (process: FakeProcess) => number | void | Promise<number | void>

/** Programs by the name under which they are called. */
export type Programs = Readonly<Record<string, Program>>
