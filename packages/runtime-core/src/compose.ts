import type { CallOptions, ProgressOptions } from './call-options.ts'
import type { ContainerStatus, HealthStatus, PublishedPort } from './containers.ts'

/** Which project, from which files. Behind the gate `compose`. */
export interface ComposeProject {
  /** In the order in which they are merged. */
  readonly files?: readonly string[]
  readonly projectName?: string
  readonly workingDirectory?: string
  readonly env?: Readonly<Record<string, string>>
  readonly envFiles?: readonly string[]
  readonly profiles?: readonly string[]
}

export interface ComposeUpOptions extends ProgressOptions<ComposeEvent> {
  readonly services?: readonly string[]
  readonly noRecreate?: boolean
  readonly build?: 'never' | 'always'
  readonly pullPolicy?: 'never' | 'missing' | 'always'
  /** Resolve once every service is running or healthy, or, for one-shot jobs, has exited with 0. */
  readonly wait?: boolean
  readonly waitTimeoutMs?: number
}

export interface ComposeDownOptions extends ProgressOptions<ComposeEvent> {
  readonly removeVolumes?: boolean
  readonly removeOrphans?: boolean
  readonly removeImages?: 'local'
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
