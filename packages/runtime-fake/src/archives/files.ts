import {
  collectBytes,
  invalidArgument,
  RuntimeError,
  type ByteSource,
  type PathDetails,
  type ReadFileOptions,
  type WriteFileOptions,
} from '@moorage/runtime-core'
import { toBytes } from '../engine/bytes.ts'
import type { FakeEngine } from '../engine/engine.ts'
import { parentOf, type FileSystem } from '../engine/files.ts'
import { change, filesAt, followed, missing, needNode } from './container-path.ts'

const defaultMaxBytes = 16 * 1024 * 1024

export function statPath(engine: FakeEngine, id: string, path: string): PathDetails {
  const where = { operation: 'statPath', id, path }
  const { node } = filesAt(engine, where)
  if (node === undefined) throw missing(where)
  return {
    name: path.split('/').findLast((part) => part !== '') ?? '/',
    sizeBytes: node.type === 'file' ? node.content.byteLength : 0,
    mode: node.mode,
    type: node.type,
    modifiedAt: node.modifiedAt.toISOString(),
    ...(node.type === 'symlink' && { linkTarget: node.linkTarget }),
  }
}

export function readFile(
  engine: FakeEngine,
  id: string,
  path: string,
  { maxBytes = defaultMaxBytes }: ReadFileOptions = {},
): Uint8Array {
  const where = { operation: 'readFile', id, path }
  const { files } = filesAt(engine, where)
  const node = needNode(files, where)
  if (node.type !== 'file')
    throw invalidArgument('readFile', 'path', `the path of a file, not of a directory (\`${path}\`)`)
  if (node.content.byteLength <= maxBytes) return node.content.slice()
  throw new RuntimeError('OUTPUT_LIMIT', {
    message: `readFile: \`${path}\` has ${node.content.byteLength} bytes, more than ${maxBytes}. Raise \`maxBytes\`, or use \`copyFromContainer\`.`,
    operation: 'readFile',
    resource: { kind: 'container', id },
    details: { limitBytes: maxBytes },
  })
}

export async function writeFile(
  engine: FakeEngine,
  id: string,
  path: string,
  content: ByteSource,
  { mode = 0o644, userId = 0, groupId = 0 }: WriteFileOptions = {},
): Promise<void> {
  const where = { operation: 'writeFile', id, path }
  const target = followed(filesAt(engine, where).files, where)
  const writable = (): FileSystem => {
    const { files } = filesAt(engine, where)
    if (path.endsWith('/') || files.lookup(target)?.type === 'directory')
      throw invalidArgument('writeFile', 'path', `the path of a file, not of a directory (\`${path}\`)`)
    if (files.lookup(parentOf(target))?.type !== 'directory') throw missing({ ...where, path: parentOf(target) })
    return files
  }
  // Before the content, which may take long; and again, since others may change the files meanwhile.
  writable()
  const bytes = await whole(content)
  const files = writable()
  const modifiedAt = new Date(engine.clock.now())
  change(where, () => files.put(target, { type: 'file', content: bytes, mode, userId, groupId, modifiedAt }))
}

async function whole(content: ByteSource): Promise<Uint8Array> {
  if (typeof content === 'string' || content instanceof Uint8Array) return toBytes(content).slice()
  async function* bytes(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array, undefined> {
    for await (const chunk of source) yield toBytes(chunk)
  }
  return collectBytes(bytes(content))
}
