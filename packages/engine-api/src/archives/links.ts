import { MAX_LINKS } from '@moorage/build-context'
import type { PathDetails } from '@moorage/runtime-core'
import { posix } from 'node:path'
import { isAnswer } from '../client/answer-error.ts'
import { ownFailure, type Call } from '../errors/failure.ts'
import { headPath } from './path-details.ts'
import { directoriesAbove } from './paths.ts'

/** A path of a container, in a call with a signal. */
export interface SoughtPath {
  readonly id: string
  readonly path: string
  readonly signal: AbortSignal | undefined
}

/** What the path leads to when its last part is a link; `visit` sees every path on the way before the engine does. */
export async function followLinks(
  call: Call,
  { id, path, signal }: SoughtPath,
  visit: (path: string) => Promise<void>,
): Promise<{ readonly path: string; readonly type: PathDetails['type'] }> {
  let target = path
  for (let links = 0; links < MAX_LINKS; links += 1) {
    await visit(target)
    const details = await headPath(call.client, id, target, signal)
    if (details.type !== 'symlink') return { path: target, type: details.type }
    target = posix.resolve(posix.dirname(target), details.linkTarget ?? '')
  }
  throw ownFailure(call, 'PATH_NOT_FOUND', {}, `\`${path}\` leads through more than ${MAX_LINKS} links.`)
}

/** The normal path with the links above its last part followed, as far as the engine sees them. */
export async function throughDirectories({ client }: Call, { id, path, signal }: SoughtPath): Promise<string> {
  const detailsOf = async (directory: string): Promise<PathDetails | undefined> => {
    try {
      return await headPath(client, id, directory, signal)
    } catch (error) {
      if (isAnswer(error, 404)) return undefined
      throw error
    }
  }
  let current = path
  for (let links = 0; links < MAX_LINKS; links += 1) {
    const above = directoriesAbove(current)
    const found = await Promise.all(above.map(detailsOf))
    const index = found.findIndex((details) => details?.type === 'symlink')
    const link = above[index]
    if (link === undefined) break
    current = posix.resolve(posix.dirname(link), found[index]?.linkTarget ?? '', current.slice(link.length + 1))
  }
  return current
}
