import { dialedAddress, type ConnectionAttempt } from '@moorage/runtime-core'
import { isBackendName, type BackendName } from './backend.ts'
import { notInstalled } from './openers.ts'

type Environment = Readonly<Record<string, string | undefined>>

type Engine = Exclude<BackendName, 'fake'>

/** A host that the environment or a configuration names: no other engine may replace it unasked. */
export interface NamedHost {
  /** Such as `DOCKER_HOST`, or `context remote (DOCKER_CONTEXT)`. */
  readonly source: string
  /** What the other engine's adapter can open; absent: only this engine's own configuration has all that it takes. */
  readonly address?: string | undefined
}

export type NamedHosts = Readonly<Partial<Record<BackendName, NamedHost>>>

const variables: Readonly<Record<Engine, { readonly host: string; readonly entry: string }>> = {
  docker: { host: 'DOCKER_HOST', entry: 'DOCKER_CONTEXT' },
  podman: { host: 'CONTAINER_HOST', entry: 'CONTAINER_CONNECTION' },
}

/** The hosts that environment variables name, by their engine. */
export function hostsInEnvironment(environment: Environment): NamedHosts {
  const found = Object.entries(variables).flatMap(([engine, { host, entry }]): [string, NamedHost][] => {
    const address = variable(environment, host)
    if (address !== undefined) {
      const needsMore = engine === 'docker' && needsCertificates(address, environment)
      return [[engine, { source: host, address: needsMore ? undefined : address }]]
    }
    const name = variable(environment, entry)
    // Docker's context of this name is the lack of one.
    return name === undefined || (engine === 'docker' && name === 'default') ? [] : [[engine, { source: entry }]]
  })
  return Object.fromEntries(found)
}

/** The value of a variable; a blank one is as unset. */
function variable(environment: Environment, name: string): string | undefined {
  const value = environment[name]
  return value === undefined || value.trim() === '' ? undefined : value
}

/** Docker's certificates are for TCP; the other adapter takes none. */
function needsCertificates(address: string, environment: Environment): boolean {
  const isTcp = !/^(?:unix|npipe|ssh):/i.test(address.trim())
  return isTcp && ['DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH'].some((name) => variable(environment, name) !== undefined)
}

/** The named host that did not answer, if one was named at all. */
export function unansweredHost(
  attempts: readonly ConnectionAttempt[],
  inEnvironment: NamedHost | undefined,
): NamedHost | undefined {
  const named = attempts.find((attempt) => attempt.named === true)
  if (named === undefined) return inEnvironment
  const isOfVariable = named.source === inEnvironment?.source
  const address = isOfVariable && inEnvironment.address !== undefined ? inEnvironment.address : addressOf(named)
  return { source: named.source, address }
}

/** Of an address that is only printed, what was left out is not known, except for the path of a socket or a pipe. */
function addressOf(attempt: ConnectionAttempt): string | undefined {
  const isPath = /^(?:unix|npipe):\/\/[/\\]/i.test(attempt.target)
  return dialedAddress(attempt) ?? (isPath ? attempt.target : undefined)
}

/** The other engine, where it is what answers at a named host, or where only its adapter can find out. */
export function otherEngineAt(backend: BackendName, attempts: readonly ConnectionAttempt[]): Engine | undefined {
  const answers = attempts.find((attempt) => attempt.named === true)?.answers
  if (isBackendName(answers) && answers !== 'fake') return answers
  if (!attempts.some(({ reason }) => reason === notInstalled)) return undefined
  return backend === 'docker' ? 'podman' : 'docker'
}
