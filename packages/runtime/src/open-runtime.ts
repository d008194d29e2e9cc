import { RuntimeError, withPrintableUrls, type ConnectionAttempt, type Runtime } from '@moorage/runtime-core'
import { checkOptions, signalOf } from './arguments.ts'
import { backendNames, type BackendName } from './backend.ts'
import { nothingAnswers } from './nothing-answers.ts'
import { packagedBackends } from './openers.ts'
import type { OpenRuntimeOptions } from './options.ts'
import { unlessAborted } from './unless-aborted.ts'
import { namedBackend, type NamedBackend } from './wish.ts'

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

/**
 * Opens the backend that the environment asks for: the `backend` option, else the one that `MOORAGE_BACKEND` names, else
 * the first that answers of Docker, Podman and, if `allowFake` is set, the fake. A named backend never falls back to another.
 * Adapters are optional packages, loaded when they are picked. Rejects: ENGINE_UNAVAILABLE with everything that was tried,
 * INVALID_ARGUMENT, API_VERSION_UNSUPPORTED from a named backend.
 */
export async function openRuntime(options: OpenRuntimeOptions = {}): Promise<OpenedRuntime> {
  signalOf(options)?.throwIfAborted()
  checkOptions(options)
  const { allowFake = false, environment = process.env, host, onCleanupFailure, openTimeoutMs, signal } = options
  const named = namedBackend(options.backend, environment, host)
  const openers = { ...packagedBackends, ...options.adapters }
  const openerOptions = {
    ...(host !== undefined && { host }),
    ...(onCleanupFailure && { onCleanupFailure }),
    ...(openTimeoutMs !== undefined && { openTimeoutMs }),
    ...(signal && { signal }),
  }
  const tried: ConnectionAttempt[] = []
  const failures: RuntimeError[] = []
  for (const backend of candidates(named, allowFake && host === undefined)) {
    try {
      const runtime = await unlessAborted(async () => openers[backend](openerOptions), signal)
      return { runtime, choice: Object.freeze({ backend, reason: reasonFor(backend, named), tried }) }
    } catch (error) {
      if (!doesNotAnswer(error, named)) throw error
      failures.push(error)
      tried.push(...attemptsOf(backend, error))
    }
  }
  throw nothingAnswers({ tried, failures, named, host, allowFake })
}

function candidates(named: NamedBackend | undefined, withFake: boolean): readonly BackendName[] {
  if (named !== undefined) return [named.backend]
  return backendNames.filter((name) => name !== 'fake' || withFake)
}

/** An engine that is too old or too new is, for a search, one that cannot be had; for a named backend it is the answer. */
function doesNotAnswer(error: unknown, named: NamedBackend | undefined): error is RuntimeError {
  if (RuntimeError.is(error, 'ENGINE_UNAVAILABLE')) return true
  return named === undefined && RuntimeError.is(error, 'API_VERSION_UNSUPPORTED')
}

function attemptsOf(backend: BackendName, error: RuntimeError): readonly ConnectionAttempt[] {
  const tried =
    RuntimeError.is(error, 'ENGINE_UNAVAILABLE') && error.details.tried.length > 0
      ? error.details.tried
      : [{ target: backend, source: 'default', reason: error.message }]
  // An adapter of the caller's own may report its addresses as they were configured.
  return tried.map(({ target, source, reason }) => ({
    target: withPrintableUrls(target),
    source,
    reason: withPrintableUrls(reason),
  }))
}

function reasonFor(backend: BackendName, named: NamedBackend | undefined): string {
  if (named !== undefined) return `${named.by} names it`
  if (backend === 'fake') return 'no engine answers, and the fake is allowed'
  return backend === 'docker' ? 'Docker answers' : 'Podman answers, and Docker does not'
}
