import { tarOfEntries, type WrittenEntry } from '@moorage/build-context'
import { invalidArgument, type ByteSource, type ReadFileOptions, type WriteFileOptions } from '@moorage/runtime-core'
import { posix } from 'node:path'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { containerCall } from '../containers/inspect.ts'
import type { Call } from '../errors/failure.ts'
import { fileOf } from './file-content.ts'
import { followLinks, type SoughtPath } from './links.ts'
import { openReach, type Reach } from './reach.ts'
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
  return pathPerform(call, { id, path, access: 'read' }, signal, async () => {
    const reach = await openReach(call, { id, access: 'read' }, signal)
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
  return pathPerform(call, { id, path, access: 'write' }, signal, async () => {
    const reach = await openReach(call, { id, access: 'write' }, signal)
    const target = path.endsWith('/') ? undefined : await targetOf(call, { id, path, signal }, reach)
    if (target === undefined)
      throw invalidArgument('writeFile', 'path', `the path of a file, not of a directory (\`${path}\`)`)
    reach.checkReplaced(target)
    const bytes = await whole(content)
    const directory = posix.dirname(target)
    await requireDirectory(call, { id, path: directory, signal }, reach)
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

/** Through links to what they lead to, as any program would write; what is not there yet is made where it was asked for. */
async function targetOf(call: Call, sought: SoughtPath, { check }: Reach): Promise<string | undefined> {
  try {
    const found = await followLinks(call, sought, check)
    return found.type === 'directory' ? undefined : found.path
  } catch (error) {
    if (isAnswer(error, 404)) return sought.path
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
