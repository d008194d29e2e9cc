import {
  printableAddress,
  RuntimeError,
  withPrintableUrls,
  type ConnectionAttempt,
  type Runtime,
} from '@moorage/runtime-core'
import { checkOptions, signalOf } from './arguments.ts'
import { backendNames, backendTitles, type BackendName } from './backend.ts'
import { engineUnavailable } from './engine-unavailable.ts'
import { hostsInEnvironment, otherEngineAt, unansweredHost, type NamedHost, type NamedHosts } from './named-hosts.ts'
import { packagedBackends, type OpenBackendOptions } from './openers.ts'
import type { OpenRuntimeOptions } from './options.ts'
import { unlessAborted } from './unless-aborted.ts'
import { namedBackend, type NamedBackend } from './requested-backend.ts'

/** Which backend was picked, why, and what was tried before it. */
export interface BackendChoice {
  readonly backend: BackendName
  /** For a person, such as `Docker answers`. */
  readonly reason: string
  /** What did not answer, in the order in which it was tried. */
  readonly tried: readonly ConnectionAttempt[]
}

export interface OpenedRuntime {
  readonly runtime: Runtime
  readonly choice: BackendChoice
}

/** One backend to try. */
interface Opening {
  readonly backend: BackendName
  /** Where, if the adapter is not to look for it. */
  readonly host?: string
  readonly reason: string
  /** What names the host. */
  readonly namedHost?: NamedHost | undefined
}

/**
 * Opens the backend that the environment asks for: the `backend` option, else the one that `MOORAGE_BACKEND` names, else
 * the engine whose host `DOCKER_HOST`, `DOCKER_CONTEXT`, `CONTAINER_HOST` or `CONTAINER_CONNECTION` names, else the first that
 * answers of Docker, Podman and, if `allowFake` is set, the fake. A named backend never falls back to another, and a named
 * host, also one of a configuration, only with `allowOtherEngine`. Adapters are optional packages, loaded when they are
 * picked. Rejects: ENGINE_UNAVAILABLE with everything that was tried, INVALID_ARGUMENT, API_VERSION_UNSUPPORTED from a
 * named backend or host.
 */
export async function openRuntime(options: OpenRuntimeOptions = {}): Promise<OpenedRuntime> {
  signalOf(options)?.throwIfAborted()
  checkOptions(options)
  const { allowFake = false, allowOtherEngine = false, environment = process.env, host, signal } = options
  const { onCleanupFailure, openTimeoutMs } = options
  const named = namedBackend(options.backend, environment, host)
  const openers = { ...packagedBackends, ...options.adapters }
  const openerOptions = {
    ...(host !== undefined && { host }),
    ...(host === undefined && options.environment && { environment }),
    ...(onCleanupFailure && { onCleanupFailure }),
    ...(openTimeoutMs !== undefined && { openTimeoutMs }),
    ...(signal && { signal }),
  }
  const tried: ConnectionAttempt[] = []
  const failures: RuntimeError[] = []
  const isFree = named === undefined && host === undefined
  let openings = isFree ? search(hostsInEnvironment(environment), allowFake) : request(named)
  let unanswered: NamedHost | undefined
  let unopened: BackendName | undefined
  for (let next = openings.shift(); next !== undefined; next = openings.shift()) {
    const { backend, reason, namedHost } = next
    const openerOptionsHere = next.host === undefined ? openerOptions : atHost(openerOptions, next.host)
    try {
      const runtime = await unlessAborted(async () => openers[backend](openerOptionsHere), signal)
      return { runtime, choice: Object.freeze({ backend, reason, tried }) }
    } catch (error) {
      if (!isUnavailable(error)) throw error
      const attempts = attemptsOf(backend, error)
      failures.push(error)
      tried.push(...attempts.map(printable))
      const missed = isFree ? unansweredHost(attempts, namedHost) : undefined
      const isFinal = named !== undefined || (missed !== undefined && !allowOtherEngine)
      if (isFinal && RuntimeError.is(error, 'API_VERSION_UNSUPPORTED')) throw error
      if (missed === undefined) continue
      unanswered ??= missed
      // The fake never replaces a named host.
      openings = openings.filter((opening) => opening.backend !== 'fake')
      const other = next.host === undefined ? otherEngineAt(backend, attempts) : undefined
      if (other !== undefined && missed.address !== undefined) openings.unshift(at(other, missed, missed.address))
      else if (!allowOtherEngine) {
        unopened = other
        break
      }
    }
  }
  throw engineUnavailable({ tried, failures, named, host, namedHost: unanswered, unopened, allowFake })
}

/** Engines whose hosts are named first: what is named is preferred to what is found. */
function search(namedHosts: NamedHosts, allowFake: boolean): Opening[] {
  const isNamed = (backend: BackendName): boolean => namedHosts[backend] !== undefined
  const found = backendNames.filter((backend) => !isNamed(backend) && (backend !== 'fake' || allowFake))
  return [
    ...backendNames.filter(isNamed).map((backend) => {
      const namedHost = namedHosts[backend]
      return { backend, namedHost, reason: reasonOf(backend, namedHost) }
    }),
    ...found.map((backend) => ({ backend, reason: foundReasons[backend] })),
  ]
}

const foundReasons: Readonly<Record<BackendName, string>> = {
  docker: 'Docker answers',
  podman: 'Podman answers, and Docker does not',
  fake: 'no engine answers, and the fake is allowed',
}

/** One backend by its name, or each engine at the `host` option. */
function request(named: NamedBackend | undefined): Opening[] {
  if (named !== undefined) return [{ backend: named.backend, reason: `${named.by} names it` }]
  return (['docker', 'podman'] as const).map((backend) => ({ backend, reason: foundReasons[backend] }))
}

/** The other engine at a host that was named for this one: `DOCKER_HOST` may well lead to a Podman. */
function at(backend: BackendName, namedHost: NamedHost, host: string): Opening {
  return { backend, host, namedHost, reason: reasonOf(backend, namedHost) }
}

function reasonOf(backend: BackendName, namedHost: NamedHost | undefined): string {
  return `${backendTitles[backend]} answers at the host that ${namedHost?.source} names`
}

/** The environment names another host, which an adapter must not look at. */
function atHost(options: OpenBackendOptions, host: string): OpenBackendOptions {
  const { onCleanupFailure, openTimeoutMs, signal } = options
  return {
    host,
    ...(onCleanupFailure && { onCleanupFailure }),
    ...(openTimeoutMs !== undefined && { openTimeoutMs }),
    ...(signal && { signal }),
  }
}

/** For a search, an engine that is too old or too new counts as unavailable. */
function isUnavailable(error: unknown): error is RuntimeError {
  return RuntimeError.is(error, 'ENGINE_UNAVAILABLE') || RuntimeError.is(error, 'API_VERSION_UNSUPPORTED')
}

function attemptsOf(backend: BackendName, error: RuntimeError): readonly ConnectionAttempt[] {
  const isDetailed = RuntimeError.is(error, 'ENGINE_UNAVAILABLE') || RuntimeError.is(error, 'API_VERSION_UNSUPPORTED')
  const { tried = [] } = isDetailed ? error.details : {}
  return tried.length > 0 ? tried : [{ target: backend, source: 'default', reason: error.message }]
}

/** An adapter of the caller's own may report its addresses as they were configured. */
function printable(attempt: ConnectionAttempt): ConnectionAttempt {
  return { ...attempt, target: printableAddress(attempt.target), reason: withPrintableUrls(attempt.reason) }
}
