import { RuntimeError, type ConnectionAttempt } from '@moorage/runtime-core'
import { backendTitles, type BackendName } from './backend.ts'
import type { NamedHost } from './named-hosts.ts'
import { notInstalled } from './openers.ts'
import type { NamedBackend } from './requested-backend.ts'

/** A search without a result. */
export interface FailedSearch {
  readonly tried: readonly ConnectionAttempt[]
  readonly failures: readonly RuntimeError[]
  readonly named: NamedBackend | undefined
  readonly host: string | undefined
  /** The host that the environment or a configuration names. */
  readonly namedHost: NamedHost | undefined
  /** The engine that answers at the named host, and that needs more than the address to be opened. */
  readonly unopened: BackendName | undefined
  readonly allowFake: boolean
}

/** ENGINE_UNAVAILABLE with everything that was tried and what to do next. */
export function engineUnavailable(search: FailedSearch): RuntimeError<'ENGINE_UNAVAILABLE'> {
  const { tried, failures, named } = search
  const list = tried.map(({ target, source, reason }) => `\n  ${target} (${source}): ${reason}`).join('')
  return new RuntimeError('ENGINE_UNAVAILABLE', {
    message: `openRuntime: ${summary(search)}. ${advice(search)} Tried:${list}`,
    operation: 'openRuntime',
    resource: { kind: 'engine', id: named?.backend ?? 'any' },
    details: { tried },
    cause: failures.length === 1 ? failures[0] : new AggregateError(failures, 'No backend could be opened.'),
  })
}

function summary({ named, namedHost }: FailedSearch): string {
  if (named !== undefined)
    return `${backendTitles[named.backend]} cannot be opened, and ${named.by} allows no other backend`
  if (namedHost !== undefined) return `the engine that ${namedHost.source} names cannot be opened`
  return 'no container engine answers'
}

/** What can be done depends on what was already asked for. */
function advice({ named, host, namedHost, unopened, allowFake, tried }: FailedSearch): string {
  const packages = tried.filter(({ reason }) => reason === notInstalled).map(({ target }) => target)
  if (packages.length === tried.length) return `Install ${packages.join(' or ')}.`
  if (host !== undefined) return 'Start the engine, or correct the `host` option.'
  if (named?.backend === 'docker') return 'Start Docker, or say where it is with DOCKER_HOST.'
  if (named?.backend === 'podman') {
    return "Start Podman's service (`podman system service`), or say where it is with CONTAINER_HOST."
  }
  if (unopened !== undefined)
    return `${backendTitles[unopened]} answers there. Open it with @moorage/runtime-${unopened}: openRuntime passes no certificates or keys to another adapter.`
  if (namedHost !== undefined)
    return `Start that engine, or ${correction(namedHost.source)}. To open another engine instead, pass \`allowOtherEngine: true\`.`
  const engines =
    'Start Docker or Podman (`podman system service`), or say where they are with DOCKER_HOST or CONTAINER_HOST.'
  return allowFake ? engines : `${engines} Tests can do without: pass \`allowFake: true\` or set MOORAGE_BACKEND=fake.`
}

function correction(source: string): string {
  if (source.startsWith('context ')) return 'choose another context with `docker context use` or DOCKER_CONTEXT'
  if (source.startsWith('connection '))
    return 'choose another connection with `podman system connection default` or CONTAINER_CONNECTION'
  return `correct or unset ${source}`
}
