import type { OnCleanupFailure } from '@moorage/runtime-core'
import type { BackendName } from './backend.ts'
import type { OpenBackend } from './openers.ts'

export interface OpenRuntimeOptions {
  /** The one backend to open; no other is tried. Absent: `MOORAGE_BACKEND`, else the first that answers. */
  readonly backend?: BackendName
  /** Whether the in-memory fake may be opened when no engine answers and no host is named. Default false: no surprise outside of tests. */
  readonly allowFake?: boolean
  /**
   * Whether another engine may replace a host that the environment or a configuration names (`DOCKER_HOST`, a Docker
   * context, `CONTAINER_HOST`, a Podman connection) and that does not answer. Default false. The fake never does.
   */
  readonly allowOtherEngine?: boolean
  /**
   * The engine's address, such as `unix:///var/run/docker.sock`. Without a named backend it may be Docker's or Podman's;
   * the fake never replaces it. Absent: each adapter looks where its engine usually listens (`DOCKER_HOST`,
   * `CONTAINER_HOST`).
   */
  readonly host?: string
  /** Where `MOORAGE_BACKEND`, and the variables that name a host, are looked up. Default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Hears of what an aborted or failed call left on the engine, and could not be removed. Default: nobody. */
  readonly onCleanupFailure?: OnCleanupFailure
  /** How long each place may take to say which engine it is, in milliseconds. Default: the adapters', 10,000. */
  readonly openTimeoutMs?: number
  /** Ends the search. The runtime that it found is not bound to it. */
  readonly signal?: AbortSignal
  /** Openers in place of the packages' own, such as one for a fake with programs of your own. */
  readonly adapters?: Readonly<Partial<Record<BackendName, OpenBackend>>>
}
