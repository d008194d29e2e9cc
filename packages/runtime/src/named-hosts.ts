import type { ConnectionAttempt } from '@moorage/runtime-core'
import { isBackendName, type BackendName } from './backend.ts'
import { notInstalled } from './openers.ts'

type Engine = Exclude<BackendName, 'fake'>

/** A host that the environment or a configuration names: no other engine may stand in for it unasked. */
export interface NamedHost {
  /** Such as `DOCKER_HOST`, or `context remote (DOCKER_CONTEXT)`. */
  readonly source: string
  /** Where the other engine's adapter finds it; absent: only this engine's own configuration knows. */
  readonly address?: string
}

export type NamedHosts = Readonly<Partial<Record<BackendName, NamedHost>>>

const variables: Readonly<Record<Engine, { readonly host: string; readonly entry: string }>> = {
  docker: { host: 'DOCKER_HOST', entry: 'DOCKER_CONTEXT' },
  podman: { host: 'CONTAINER_HOST', entry: 'CONTAINER_CONNECTION' },
}

/** The hosts that environment variables name, by their engine. */
export function hostsInEnvironment(environment: Readonly<Record<string, string | undefined>>): NamedHosts {
  const found = Object.entries(variables).flatMap(([engine, { host, entry }]): [string, NamedHost][] => {
    const address = environment[host] ?? ''
    if (address !== '') return [[engine, { source: host, address }]]
    const name = environment[entry] ?? ''
    // Docker's context of this name is the lack of one.
    return name === '' || (engine === 'docker' && name === 'default') ? [] : [[engine, { source: entry }]]
  })
  return Object.fromEntries(found)
}

/** The named host that did not answer, if one was named at all. */
export function unansweredHost(
  attempts: readonly ConnectionAttempt[],
  inEnvironment: NamedHost | undefined,
): NamedHost | undefined {
  const named = attempts.find((attempt) => attempt.named === true)
  return named === undefined ? inEnvironment : { source: named.source, address: named.target }
}

/** The other engine, where it is what answers at a named host, or where only its adapter can find out. */
export function otherEngineAt(backend: BackendName, attempts: readonly ConnectionAttempt[]): Engine | undefined {
  const answers = attempts.find((attempt) => attempt.named === true)?.answers
  if (isBackendName(answers) && answers !== 'fake') return answers
  if (!attempts.some(({ reason }) => reason === notInstalled)) return undefined
  return backend === 'docker' ? 'podman' : 'docker'
}
