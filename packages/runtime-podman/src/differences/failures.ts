import type { FailedAnswer } from '@moorage/engine-api'
import type { Difference } from './difference.ts'
import { missingSource } from './bind-sources.ts'

/** A failure that Podman answers with the status 500, and that its message identifies. */
interface DisguisedFailure {
  readonly method: string
  readonly path: RegExp
  readonly words: RegExp
  /** The status that it gets. */
  readonly status: number
  readonly forcedBy: string
}

const container = '/containers/[^/]+'
const disguised: readonly DisguisedFailure[] = [
  {
    method: 'POST',
    path: /^\/containers\/create$/,
    words: /that name is already in use/,
    status: 409,
    forcedBy: 'containers/create/refuses-a-name-that-is-taken',
  },
  {
    method: 'POST',
    path: /^\/(?:libpod\/)?containers\/create$/,
    words: /no such image|image not known/,
    status: 404,
    forcedBy: 'containers/create/refuses-a-missing-image',
  },
  {
    method: 'POST',
    path: /^\/libpod\/containers\/create$/,
    words: /no such file or directory/,
    status: missingSource,
    forcedBy: 'containers/create/refuses-a-bind-whose-source-is-missing',
  },
  {
    method: 'DELETE',
    path: new RegExp(`^${container}$`),
    words: /container state improper/,
    status: 409,
    forcedBy: 'containers/remove/refuses-what-runs',
  },
  {
    method: 'POST',
    path: new RegExp(`^${container}/kill$`),
    words: /container state improper/,
    status: 409,
    forcedBy: 'containers/kill/refuses-what-does-not-run',
  },
  {
    method: 'POST',
    path: new RegExp(`^${container}/exec$`),
    words: /container state improper/,
    status: 409,
    forcedBy: 'exec/collect/refuses-what-does-not-run',
  },
  {
    method: 'GET',
    path: /^\/exec\/[^/]+\/json$/,
    words: /no such exec session/,
    status: 404,
    forcedBy: 'exec/collect/tells-that-the-container-was-restarted',
  },
  {
    method: 'POST',
    path: new RegExp(`^${container}/rename$`),
    words: /already in use|UNIQUE constraint failed/,
    status: 409,
    forcedBy: 'changes/rename/gives-the-new-name',
  },
  {
    method: 'DELETE',
    path: /^\/networks\//,
    words: /network is being used|has associated containers/,
    status: 409,
    forcedBy: 'networks/members/are-told-and-hold-it',
  },
  {
    method: 'POST',
    path: /^\/networks\/create$/,
    words: /network already exists/,
    status: 409,
    forcedBy: 'networks/create/twenty-at-once-make-one',
  },
  {
    method: 'POST',
    path: /^\/volumes\/create$/,
    words: /volume already exists/,
    status: 409,
    forcedBy: 'volumes/create/twenty-at-once-make-one',
  },
  {
    method: 'DELETE',
    path: /^\/images\//,
    words: /more than one tag|image is in use/,
    status: 409,
    forcedBy: 'images/remove/never-takes-the-image-from-a-container',
  },
]

/** The status that Docker would have given. */
export function meantStatus({ method, path, status, message }: FailedAnswer): number {
  if (status !== 500) return status
  const known = disguised.find((failure) => {
    return failure.method === method && failure.path.test(path) && failure.words.test(message)
  })
  return known?.status ?? status
}

export const failureDifferences: readonly Difference[] = disguised.map(({ method, path, words, forcedBy }) => ({
  what: `${method} ${path.source} answers 500 where Docker says what is wrong (${words.source}).`,
  seenOn: '5.4, 5.8',
  forcedBy,
}))
