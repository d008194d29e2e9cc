import {
  createStream,
  type CallOptions,
  type CopyToContainerOptions,
  type PathDetails,
  type RuntimeStream,
} from '@moorage/runtime-core'
import { posix } from 'node:path'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { containerCall, findJson, missingContainer } from '../containers/inspect.ts'
import { answerFailure, failure, ownFailure, perform, type Call } from '../errors/failure.ts'
import { checkedArchive } from './checked.ts'
import { parseJson } from '../transport/json.ts'

/** A path within a container. */
export interface ContainerPath {
  readonly id: string
  readonly path: string
}

/** The engine's 404 is for the container and for the path alike. */
export async function pathPerform<T>(
  call: Call,
  { id, path }: ContainerPath,
  signal: AbortSignal | undefined,
  body: () => Promise<T>,
): Promise<T> {
  return perform(call, missingContainer, async () => {
    try {
      return await body()
    } catch (error) {
      if (!isAnswer(error, 404) || (await findJson(call.client, id, signal)) === undefined) throw error
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
  return pathPerform(call, { id, path }, signal, () =>
    putArchive(call, id, path, checkedArchive(archive, { preserveOwner }), signal),
  )
}

export async function putArchive(
  call: Call,
  id: string,
  path: string,
  archive: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const folder = await headPath(call.client, id, path, signal)
  if (folder.type !== 'directory' && folder.linkTarget === undefined) {
    throw ownFailure(
      call,
      'PATH_NOT_FOUND',
      {},
      `\`${path}\` in container \`${id}\` is a ${folder.type}, and an archive is unpacked into a directory.`,
    )
  }
  const body = await call.client.stream({
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
    const body = await pathPerform(call, { id, path }, signal, () => getArchive(client, id, path, signal))
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
    query: { path },
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
  return pathPerform(call, { id, path }, signal, () => headPath(client, id, path, signal))
}

/** What the engine says in the header `X-Docker-Container-Path-Stat`. */
interface StatJson {
  readonly size: number
  /** Go's file mode: permissions in the low bits, kinds in the high ones. */
  readonly mode: number
  readonly mtime: string
  readonly linkTarget?: string
}

const goDirectory = 2 ** 31
const goSymlink = 2 ** 27
/** Device, named pipe, socket, character device, irregular. */
const goOthers = [2 ** 26, 2 ** 25, 2 ** 24, 2 ** 21, 2 ** 19]
const goSetUserId = 2 ** 23
const goSetGroupId = 2 ** 22
const goSticky = 2 ** 20

export async function headPath(
  client: EngineClient,
  id: string,
  path: string,
  signal: AbortSignal | undefined,
): Promise<PathDetails> {
  const header = await client.header(
    {
      method: 'HEAD',
      path: `/containers/${encodeURIComponent(id)}/archive`,
      query: { path },
      ...(signal && { signal }),
    },
    'x-docker-container-path-stat',
  )
  const stat = parseJson(Buffer.from(header, 'base64').toString('utf8'), 'the state of a path') as StatJson
  const has = (bit: number): boolean => Math.floor(stat.mode / bit) % 2 === 1
  const special = (has(goSetUserId) ? 0o4000 : 0) + (has(goSetGroupId) ? 0o2000 : 0) + (has(goSticky) ? 0o1000 : 0)
  const type = has(goDirectory) ? 'directory' : has(goSymlink) ? 'symlink' : goOthers.some(has) ? 'other' : 'file'
  return {
    // Of a link some engines tell the name of what it leads to.
    name: posix.basename(path),
    sizeBytes: stat.size,
    mode: (stat.mode & 0o777) + special,
    type,
    modifiedAt: stat.mtime,
    ...(type === 'symlink' && stat.linkTarget !== undefined && { linkTarget: stat.linkTarget }),
  }
}
