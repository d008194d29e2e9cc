import type { RuntimeError } from '@moorage/runtime-core'
import { containerFiles } from '../containers/process-setup.ts'
import type { FakeEngine } from '../engine/engine.ts'
import type { FileNode, FileSystem } from '../engine/files.ts'
import { containerCall, fail, needContainer } from '../engine/lookup.ts'

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
  const files = containerFiles(needContainer(engine, where.operation, where.id))
  return { files, node: files.lookup(where.path) }
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
    throw fail(containerCall(where.operation, where.id), 'ENGINE_ERROR', `${text}.`, {})
  }
}
