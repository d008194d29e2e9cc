import { RuntimeError, type ConnectionAttempt } from '@moorage/runtime-core'
import { backendTitles } from './backend.ts'
import { notInstalled } from './openers.ts'
import type { NamedBackend } from './wish.ts'

/** What a search that found nothing knows. */
export interface FailedSearch {
  readonly tried: readonly ConnectionAttempt[]
  readonly failures: readonly RuntimeError[]
  readonly named: NamedBackend | undefined
  readonly host: string | undefined
  readonly allowFake: boolean
}

/** ENGINE_UNAVAILABLE with everything that was tried and what to do next. */
export function nothingAnswers(search: FailedSearch): RuntimeError<'ENGINE_UNAVAILABLE'> {
  const { tried, failures, named } = search
  const list = tried.map(({ target, source, reason }) => `\n  ${target} (${source}): ${reason}`).join('')
  const what =
    named === undefined
      ? 'no container engine answers'
      : `${backendTitles[named.backend]} cannot be opened, and ${named.by} allows no other backend`
  return new RuntimeError('ENGINE_UNAVAILABLE', {
    message: `openRuntime: ${what}. ${advice(search)} Tried:${list}`,
    operation: 'openRuntime',
    resource: { kind: 'engine', id: named?.backend ?? 'any' },
    details: { tried },
    cause: failures.length === 1 ? failures[0] : new AggregateError(failures, 'No backend could be opened.'),
  })
}

/** What can be done depends on what was already asked for. */
function advice({ named, host, allowFake, tried }: FailedSearch): string {
  const packages = tried.filter(({ reason }) => reason === notInstalled).map(({ target }) => target)
  if (packages.length === tried.length) return `Install ${packages.join(' or ')}.`
  if (host !== undefined) return 'Start the engine, or correct the `host` option.'
  if (named?.backend === 'docker') return 'Start Docker, or say where it is with DOCKER_HOST.'
  if (named?.backend === 'podman') {
    return "Start Podman's service (`podman system service`), or say where it is with CONTAINER_HOST."
  }
  const engines =
    'Start Docker or Podman (`podman system service`), or say where they are with DOCKER_HOST or CONTAINER_HOST.'
  return allowFake ? engines : `${engines} Tests can do without: pass \`allowFake: true\` or set MOORAGE_BACKEND=fake.`
}
