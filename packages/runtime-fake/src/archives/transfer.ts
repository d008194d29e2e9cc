import { checkedArchive, tarOfEntries, type TarEntry, type WrittenEntry } from '@moorage/build-context'
import { createStream, type CopyToContainerOptions, type RuntimeStream } from '@moorage/runtime-core'
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
import { unpacked, type UnpackedEntry } from './tar.ts'

/** An entry of an archive that is made. */
interface PackedEntry {
  readonly entry: WrittenEntry
  readonly content: Uint8Array
}

/** Unpacks below the path, once all of the archive has been checked. */
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
  const checked = checkedArchive(archive, { directories: [path, directory], preserveOwner })
  const entries = await unpacked('copyToContainer', checked)
  const { files: now } = filesAt(engine, where)
  for (const { entry } of entries) {
    const target = normalized(`${directory}/${entry.name}`)
    if (absentBelow(engine, where, (mount) => target !== mount && isWithin(target, mount)))
      throw absent(where, target, 'archive')
  }
  for (const entry of entries) change(where, () => place(now, directory, entry))
}

function absentBelow(
  engine: FakeEngine,
  { operation, id }: ContainerPath,
  concerns: (target: string) => boolean,
): boolean {
  return absentMounts(needContainer(engine, operation, id)).some(({ target }) => concerns(target))
}

function place(files: FileSystem, directory: string, { entry, content }: UnpackedEntry): void {
  const path = normalized(`${directory}/${entry.name}`)
  const node =
    entry.type === 'hard-link' ? files.lookup(normalized(`${directory}/${entry.linkName}`)) : nodeOf(entry, content)
  // A directory that is there keeps what is in it; one of the archive gives it its mode.
  if (node !== undefined && path !== directory) files.put(path, node)
}

function nodeOf(
  { type, mode, userId, groupId, modifiedAt, linkName }: TarEntry,
  content: Uint8Array,
): FileNode | undefined {
  const metadata = { mode: mode & 0o7777, userId, groupId, modifiedAt: new Date(modifiedAt * 1000) }
  switch (type) {
    case 'file':
      return { type: 'file', content, ...metadata }
    case 'directory':
      return { type: 'directory', ...metadata }
    case 'symlink':
      return { type: 'symlink', linkTarget: linkName, ...metadata, mode: 0o777 }
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
    const chunks = tarOfEntries(entriesOf(files, normalized(path), node))
    return {
      pull: () => chunks.next(),
      async release() {
        await chunks.return(undefined)
      },
    }
  })
}

/** The path by its last part, and what is below it by where it stands there. */
function entriesOf(files: FileSystem, path: string, node: FileNode): readonly PackedEntry[] {
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

function entryOf(name: string, node: FileNode): PackedEntry {
  const { mode, userId, groupId, type } = node
  const entry = { name, type, mode, userId, groupId, modifiedAt: node.modifiedAt.getTime() / 1000 }
  if (node.type === 'symlink') return { entry: { ...entry, linkName: node.linkTarget }, content: new Uint8Array() }
  return { entry, content: node.type === 'file' ? node.content : new Uint8Array() }
}
