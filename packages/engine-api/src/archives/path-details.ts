import type { PathDetails } from '@moorage/runtime-core'
import { posix } from 'node:path'
import type { EngineClient } from '../client/client.ts'
import { isRecord, malformed, type AnswerRecord } from '../client/shapes.ts'
import { parseJson } from '../transport/json.ts'

/** The JSON of the header `X-Docker-Container-Path-Stat`. */
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

/** `HEAD /containers/{id}/archive`. */
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
      query: { path: client.dialect.archivePattern?.(path) ?? path },
      ...(signal && { signal }),
    },
    'x-docker-container-path-stat',
  )
  const stat = decodeStat(parseJson(Buffer.from(header, 'base64').toString('utf8'), 'the state of a path'))
  const has = (bit: number): boolean => Math.floor(stat.mode / bit) % 2 === 1
  const special = (has(goSetUserId) ? 0o4000 : 0) + (has(goSetGroupId) ? 0o2000 : 0) + (has(goSticky) ? 0o1000 : 0)
  const type = has(goDirectory) ? 'directory' : has(goSymlink) ? 'symlink' : goOthers.some(has) ? 'other' : 'file'
  return {
    // Some engines answer the name of a link's target.
    name: posix.basename(path),
    sizeBytes: stat.size,
    mode: (stat.mode & 0o777) + special,
    type,
    modifiedAt: stat.mtime,
    ...(type === 'symlink' && stat.linkTarget !== undefined && { linkTarget: stat.linkTarget }),
  }
}

function decodeStat(json: unknown): StatJson {
  const { size, mode, mtime, linkTarget }: AnswerRecord = isRecord(json) ? json : {}
  if (typeof size !== 'number' || typeof mode !== 'number' || typeof mtime !== 'string')
    throw malformed('HEAD /containers/{id}/archive', '`size`, `mode` and `mtime` of a path')
  return { size, mode, mtime, ...(typeof linkTarget === 'string' && { linkTarget }) }
}
