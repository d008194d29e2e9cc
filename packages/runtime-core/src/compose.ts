import type { CallOptions, ProgressOptions } from './call-options.ts'
import type { ContainerStatus, HealthStatus, PublishedPort } from './containers.ts'

/** Which project, from which files. Behind the gate `compose`. */
export interface ComposeProject {
  /** In the order in which they are merged. Default: compose looks for `compose.yaml` in the working directory and above. */
  readonly files?: readonly string[]
  /** Default: the `name` of the files, else the name of their folder. */
  readonly projectName?: string
  /** Where relative paths begin. Default: the working directory of the process. */
  readonly workingDirectory?: string
  /** What files are filled in with; counts more than the environment of the process and `envFiles`. */
  readonly env?: Readonly<Record<string, string>>
  /** Default: `.env` in the working directory, where there is one. */
  readonly envFiles?: readonly string[]
  /** `*` is all. COMPOSE_FAILED, of the kind `unknown-profile`, where no service has it. */
  readonly profiles?: readonly string[]
}

export interface ComposeUpOptions extends ProgressOptions<ComposeEvent> {
  /** These and what they depend on, whatever their profiles. Default: all whose profiles are enabled. */
  readonly services?: readonly string[]
  /** Keep containers whose service has changed. Default false. */
  readonly noRecreate?: boolean
  readonly build?: 'never' | 'always'
  readonly pullPolicy?: 'never' | 'missing' | 'always'
  /**
   * Resolve once every service is running or healthy, or, for one-shot jobs, has exited with 0; COMPOSE_FAILED once one is
   * unhealthy or has exited with another code. Default false: what happens after the start is not looked at.
   */
  readonly wait?: boolean
  /** Only with `wait`: from the call on, in milliseconds. COMPOSE_FAILED, of the kind `timeout`, after it. Default: none. */
  readonly waitTimeoutMs?: number
}

/**
 * With `files` or a `workingDirectory`, the files decide what goes; with `projectName` alone, or once none of the files exists
 * (nor, perhaps, the folder), everything that carries the label `com.docker.compose.project` with that name goes.
 */
export interface ComposeDownOptions extends ProgressOptions<ComposeEvent> {
  /**
   * Also volumes with the label of the project; those that the files declare external stay, and with `projectName` alone they
   * go too, as they do once none of the files exists. COMPOSE_FAILED, with nothing removed, where files exist and cannot be
   * read, or only some of them exist. Default false.
   */
  readonly removeVolumes?: boolean
  /**
   * Also services that the files do not name, and containers of `compose run`; without it COMPOSE_FAILED names the latter once
   * everything else is removed. Default false.
   */
  readonly removeOrphans?: boolean
  /** `local`: images that compose built for services which name none. Default: none. */
  readonly removeImages?: 'local'
  /** What containers have to stop, rounded up to seconds. Default: what their services say. */
  readonly timeoutMs?: number
}

export interface ComposeLogsOptions extends CallOptions {
  readonly services?: readonly string[]
  readonly follow?: boolean
  readonly tail?: number
}

export interface ComposeLogLine {
  readonly service: string
  readonly containerName: string
  readonly text: string
}

export interface ComposeService {
  readonly service: string
  readonly containerId: string
  readonly containerName: string
  readonly status: ContainerStatus
  readonly health: HealthStatus
  readonly exitCode?: number
  readonly ports: readonly PublishedPort[]
}

export interface ComposeEvent {
  readonly resource: string
  readonly status: string
  readonly text: string
}

/** The resolved model, as the compose specification names it. */
export interface ComposeModel {
  readonly name: string
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly networks: Readonly<Record<string, unknown>>
  readonly volumes: Readonly<Record<string, unknown>>
}
