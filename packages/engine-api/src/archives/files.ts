import { tarOfEntries, type WrittenEntry } from '@moorage/build-context'
import { invalidArgument, type ByteSource, type ReadFileOptions, type WriteFileOptions } from '@moorage/runtime-core'
import { posix } from 'node:path'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { containerCall } from '../containers/inspect.ts'
import type { Call } from '../errors/failure.ts'
import { fileOf } from './file-content.ts'
import { followLinks, type SoughtPath } from './links.ts'
import type { Reach } from './reach.ts'
import { getArchive, pathPerform, putArchive, requireDirectory } from './transfer.ts'

const defaultMaxBytes = 16 * 1024 * 1024

/** `GET /containers/{id}/archive` of one file; links are followed. */
export async function readFile(
  client: EngineClient,
  id: string,
  path: string,
  { maxBytes = defaultMaxBytes, signal }: ReadFileOptions = {},
): Promise<Uint8Array> {
  const call = containerCall(client, 'readFile', id)
  return pathPerform(call, { id, path, access: 'read' }, signal, async (reach) => {
    const { path: target } = await followLinks(call, { id, path, signal }, reach.check)
    const source = await getArchive(client, id, target, signal)
    const content = await fileOf(call, source, { path, maxBytes })
    if (content !== undefined) return content
    throw invalidArgument('readFile', 'path', `the path of a file, not of a directory (\`${path}\`)`)
  })
}

/** `PUT /containers/{id}/archive` with one file; its directory must be there. */
export async function writeFile(
  client: EngineClient,
  id: string,
  path: string,
  content: ByteSource,
  { mode = 0o644, userId = 0, groupId = 0, signal }: WriteFileOptions = {},
): Promise<void> {
  const call = containerCall(client, 'writeFile', id)
  return pathPerform(call, { id, path, access: 'write' }, signal, async (reach) => {
    const target = path.endsWith('/') ? undefined : await targetOf(call, { id, path, signal }, reach)
    if (target === undefined)
      throw invalidArgument('writeFile', 'path', `the path of a file, not of a directory (\`${path}\`)`)
    reach.checkReplaced(target)
    const directory = posix.dirname(target)
    await requireDirectory(call, { id, path: directory, signal }, reach)
    // After all that may refuse the call: the content may take long.
    const bytes = await whole(content)
    const entry: WrittenEntry = {
      name: posix.basename(target),
      type: 'file',
      mode,
      userId,
      groupId,
      modifiedAt: Date.now() / 1000,
    }
    await putArchive(call, { id, path: directory, signal }, tarOfEntries([{ entry, content: bytes }]))
  })
}

/** The path of the file that a program would write: links are followed, also to a file that does not exist yet. */
async function targetOf(call: Call, sought: SoughtPath, { check }: Reach): Promise<string | undefined> {
  let reached = sought.path
  const visit = (path: string): Promise<void> => {
    reached = path
    return check(path)
  }
  try {
    const found = await followLinks(call, sought, visit)
    return found.type === 'directory' ? undefined : found.path
  } catch (error) {
    if (isAnswer(error, 404)) return reached
    throw error
  }
}

/** A tar entry says its size before its bytes. */
async function whole(content: ByteSource): Promise<Uint8Array> {
  if (typeof content === 'string') return new TextEncoder().encode(content)
  if (content instanceof Uint8Array) return content
  const chunks: Uint8Array[] = []
  for await (const chunk of content) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  return Buffer.concat(chunks)
}
