import { checkedArchive, type ArchiveChecks } from '@moorage/build-context'
import {
  createStream,
  type CallOptions,
  type CopyToContainerOptions,
  type PathDetails,
  type RuntimeStream,
} from '@moorage/runtime-core'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { containerCall, findJson, missingContainer } from '../containers/inspect.ts'
import { answerFailure, failure, ownFailure, perform, type Call } from '../errors/failure.ts'
import { followLinks, type SoughtPath } from './links.ts'
import type { ArchiveAccess } from './mounts.ts'
import { headPath } from './path-details.ts'
import { openReach, reachOf, type Reach } from './reach.ts'

/** A path within a container, and what a call does there. */
export interface ContainerPath {
  readonly id: string
  readonly path: string
  readonly access: ArchiveAccess
}

/**
 * A call on a path of a container that exists: the engine's 404 is for the container and for the path alike, and for a path on
 * a mount that it does not reach. A write that it refuses may be one into a read-only mount.
 */
export async function pathPerform<T>(
  call: Call,
  { id, path, access }: ContainerPath,
  signal: AbortSignal | undefined,
  body: (reach: Reach) => Promise<T>,
): Promise<T> {
  return perform(call, missingContainer, async () => {
    const opened = await openReach(call, { id, access }, signal)
    try {
      return await body(opened)
    } catch (error) {
      if (isAnswer(error, 403, 500)) throw opened.readOnlyRefusal(path, error) ?? error
      if (!isAnswer(error, 404)) throw error
      // The container may have gone since, or have stopped.
      const json = await findJson(call.client, id, signal)
      if (json === undefined) throw error
      await reachOf(call, { id, access }, json, signal).checkThroughLinks(path)
      throw answerFailure(
        call,
        'PATH_NOT_FOUND',
        {},
        error,
        `It is \`${path}\`: create it first, or check how it is written.`,
      )
    }
  })
}

/** `PUT /containers/{id}/archive`. The folder must be there: some engines would make it. */
export async function copyToContainer(
  client: EngineClient,
  id: string,
  path: string,
  archive: AsyncIterable<Uint8Array>,
  { preserveOwner = false, signal }: CopyToContainerOptions = {},
): Promise<void> {
  const call = containerCall(client, 'copyToContainer', id)
  return pathPerform(call, { id, path, access: 'write' }, signal, async (reach) => {
    const directory = await requireDirectory(call, { id, path, signal }, reach)
    const checks: ArchiveChecks = {
      directories: [path, directory],
      preserveOwner,
      refusesLinksThatLeadOut: client.dialect.backend === 'docker',
      refuseEntry: reach.entryRefusal(directory),
    }
    await putArchive(call, { id, path, signal }, checkedArchive(archive, checks))
  })
}

/** The directory that a path leads to. */
export async function requireDirectory(call: Call, sought: SoughtPath, { check }: Reach): Promise<string> {
  const { path, type } = await followLinks(call, sought, check)
  if (type === 'directory') return path
  throw ownFailure(
    call,
    'PATH_NOT_FOUND',
    {},
    `\`${sought.path}\` in container \`${sought.id}\` is a ${type}, and an archive is unpacked into a directory.`,
  )
}

export async function putArchive(
  { client }: Call,
  { id, path, signal }: SoughtPath,
  archive: AsyncIterable<Uint8Array>,
): Promise<void> {
  const body = await client.stream({
    method: 'PUT',
    path: `/containers/${encodeURIComponent(id)}/archive`,
    query: { path, noOverwriteDirNonDir: 'true' },
    headers: { 'content-type': 'application/x-tar' },
    body: archive,
    ...(signal && { signal }),
  })
  await body.discard()
}

/** `GET /containers/{id}/archive`. */
export function copyFromContainer(
  client: EngineClient,
  id: string,
  path: string,
  { signal }: CallOptions = {},
): RuntimeStream<Uint8Array> {
  const call = containerCall(client, 'copyFromContainer', id)
  return createStream(async () => {
    const body = await pathPerform(call, { id, path, access: 'read' }, signal, async (reach) => {
      await reach.check(path)
      await reach.checkBelow(path)
      return getArchive(client, id, path, signal)
    })
    return {
      async pull() {
        try {
          return await body.next()
        } catch (error) {
          throw failure(call, missingContainer, error)
        }
      },
      async release() {
        await body.return()
      },
    }
  })
}

export function getArchive(client: EngineClient, id: string, path: string, signal: AbortSignal | undefined) {
  return client.stream({
    path: `/containers/${encodeURIComponent(id)}/archive`,
    query: { path: client.dialect.archivePattern?.(path) ?? path },
    ...(signal && { signal }),
  })
}

/** `HEAD /containers/{id}/archive`. */
export async function statPath(
  client: EngineClient,
  id: string,
  path: string,
  { signal }: CallOptions = {},
): Promise<PathDetails> {
  const call = containerCall(client, 'statPath', id)
  return pathPerform(call, { id, path, access: 'stat' }, signal, async (reach) => {
    await reach.check(path)
    return headPath(client, id, path, signal)
  })
}
