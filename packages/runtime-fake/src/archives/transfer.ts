import {
  createStream,
  invalidArgument,
  leavesDirectory,
  type CopyToContainerOptions,
  type RuntimeStream,
} from '@moorage/runtime-core'
import type { Headers } from 'tar-stream'
import type { FakeEngine } from '../engine/engine.ts'
import { isWithin, normalized, type FileNode, type FileSystem } from '../engine/files.ts'
import { needContainer } from '../engine/lookup.ts'
import {
  absent,
  absentMounts,
  change,
  filesAt,
  followed,
  missing,
  needNode,
  type ContainerPath,
} from './container-path.ts'
import { packed, unpacked, type TarEntry } from './tar.ts'

/** Unpacks below the path, entry by entry: what came before one that is refused stays. */
export async function copyToContainer(
  engine: FakeEngine,
  id: string,
  path: string,
  archive: AsyncIterable<Uint8Array>,
  { preserveOwner = false }: CopyToContainerOptions = {},
): Promise<void> {
  const where = { operation: 'copyToContainer', id, path }
  const { files } = filesAt(engine, where)
  if (needNode(files, where).type !== 'directory') throw missing(where)
  const directory = followed(files, where)
  for await (const entry of unpacked('copyToContainer', archive)) {
    const { files: now } = filesAt(engine, where)
    const path = normalized(`${directory}/${entry.header.name}`)
    if (absentBelow(engine, where, (target) => path !== target && isWithin(path, target)))
      throw absent(where, path, 'archive')
    place(now, where, { directory, preserveOwner, entry })
  }
}

function absentBelow(
  engine: FakeEngine,
  { operation, id }: ContainerPath,
  concerns: (target: string) => boolean,
): boolean {
  return absentMounts(needContainer(engine, operation, id)).some(({ target }) => concerns(target))
}

function place(
  files: FileSystem,
  where: ContainerPath,
  {
    directory,
    preserveOwner,
    entry: { header, content },
  }: { readonly directory: string; readonly preserveOwner: boolean; readonly entry: TarEntry },
): void {
  const { name, type, linkname } = header
  const leaves = [name, ...(type === 'link' ? [linkname ?? ''] : [])].find(leavesDirectory)
  if (leaves !== undefined) {
    const expected = `an archive whose entries stay within the directory; \`${leaves}\` of \`${name}\` does not`
    throw invalidArgument(where.operation, 'archive', expected)
  }
  const path = normalized(`${directory}/${name}`)
  const node = nodeOf(header, content, preserveOwner)
  if (type === 'link') {
    const original = files.lookup(normalized(`${directory}/${linkname}`))
    if (original !== undefined) change(where, () => files.put(path, original))
    return
  }
  // A directory that is there keeps what is in it; one of the archive gives it its mode.
  if (node !== undefined && path !== directory) change(where, () => files.put(path, node))
}

function nodeOf(header: Headers, content: Uint8Array, preserveOwner: boolean): FileNode | undefined {
  const { type = 'file', mode = 0o644, uid = 0, gid = 0, mtime = new Date(0), linkname } = header
  const owner = preserveOwner ? { userId: uid, groupId: gid } : { userId: 0, groupId: 0 }
  const metadata = { mode: mode & 0o7777, ...owner, modifiedAt: mtime }
  switch (type) {
    case 'file':
    case 'contiguous-file':
      return { type: 'file', content, ...metadata }
    case 'directory':
      return { type: 'directory', ...metadata }
    case 'symlink':
      return { type: 'symlink', linkTarget: linkname ?? '', ...metadata, mode: 0o777 }
    default:
      // Devices and pipes: nothing in memory would be one.
      return undefined
  }
}

export function copyFromContainer(engine: FakeEngine, id: string, path: string): RuntimeStream<Uint8Array> {
  const where = { operation: 'copyFromContainer', id, path }
  return createStream(async () => {
    const { files, node } = filesAt(engine, where)
    const directory = normalized(path)
    if (absentBelow(engine, where, (target) => isWithin(target, directory))) throw absent(where, path)
    if (node === undefined) throw missing(where)
    const chunks = (await packed(entriesOf(files, normalized(path), node)))[Symbol.asyncIterator]()
    return {
      pull: () => chunks.next(),
      async release() {
        await chunks.return?.(undefined)
      },
    }
  })
}

/** The path by its last part, and what is below it by where it stands there. */
function entriesOf(files: FileSystem, path: string, node: FileNode): readonly TarEntry[] {
  const name = path.split('/').at(-1) ?? ''
  if (node.type !== 'directory') return [entryOf(name, node)]
  const below = files.list(path).filter(([found]) => found !== path && isWithin(found, path))
  const under = path === '/' ? 0 : path.length
  return [
    entryOf(`${name}/`, node),
    ...below.map(([found, child]) => {
      const place = `${name}${found.slice(under)}`
      return entryOf(child.type === 'directory' ? `${place}/` : place, child)
    }),
  ]
}

function entryOf(name: string, node: FileNode): TarEntry {
  const { mode, userId: uid, groupId: gid, modifiedAt: mtime, type } = node
  const common = { name, type, mode, uid, gid, mtime }
  if (node.type === 'symlink') return { header: { ...common, linkname: node.linkTarget }, content: new Uint8Array() }
  return { header: common, content: node.type === 'file' ? node.content : new Uint8Array() }
}
