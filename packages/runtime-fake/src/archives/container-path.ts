import type { RuntimeError } from '@moorage/runtime-core'
import { containerFiles } from '../containers/process-setup.ts'
import type { FakeEngine } from '../engine/engine.ts'
import { isWithin, type FileNode, type FileSystem } from '../engine/files.ts'
import { containerCall, fail, needContainer } from '../engine/lookup.ts'
import type { ContainerRecord, MountRecord } from '../engine/records.ts'

/** A path within a container, for one call. */
export interface ContainerPath {
  readonly operation: string
  readonly id: string
  readonly path: string
}

/** The container's files, and what of them stands at the path itself. */
export function filesAt(
  engine: FakeEngine,
  where: ContainerPath,
): { readonly files: FileSystem; readonly node: FileNode | undefined } {
  const container = needContainer(engine, where.operation, where.id)
  const files = containerFiles(container)
  const isAbsent = absentMounts(container).some(({ target }) => isWithin(followed(files, where), target))
  if (isAbsent) throw absent(where, where.path)
  return { files, node: files.lookup(where.path) }
}

/** What is mounted only while the container runs. */
export function absentMounts({ status, mounts }: ContainerRecord): readonly MountRecord[] {
  const runs = status === 'running' || status === 'paused' || status === 'restarting'
  return runs ? [] : mounts.filter(({ type }) => type === 'tmpfs')
}

/** The refusal of a path on a tmpfs that is not there. */
export function absent(
  { operation, id }: ContainerPath,
  path: string,
  field: 'path' | 'archive' = 'path',
): RuntimeError<'UNSUPPORTED'> {
  const text = `\`${path}\` is on, or above, a tmpfs, whose files exist only while the container runs. Start it first, or mount a volume there.`
  return fail(containerCall(operation, id), 'UNSUPPORTED', text, { field })
}

/** What stands there when every link is followed. */
export function needNode(files: FileSystem, where: ContainerPath): FileNode {
  const node = files.lookup(followed(files, where))
  if (node === undefined) throw missing(where)
  return node
}

export function followed(files: FileSystem, where: ContainerPath): string {
  try {
    return files.resolve(where.path)
  } catch {
    throw missing(where)
  }
}

export function missing({ operation, id, path }: ContainerPath): RuntimeError<'PATH_NOT_FOUND'> {
  return fail(containerCall(operation, id), 'PATH_NOT_FOUND', `there is no \`${path}\`. Create it first.`, {})
}

/** Makes a change of the files, of which some cannot be changed. */
export function change(where: ContainerPath, work: () => void): void {
  try {
    work()
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    const { operation, id, path } = where
    const advice = `\`${path}\` is on a read-only mount, and nothing was written. Mount it writable.`
    throw fail(containerCall(operation, id), 'UNSUPPORTED', `${text}. ${advice}`, { field: 'path' })
  }
}
