import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { BuildEvent, BuildSpec, BuiltImage } from '@moorage/runtime-core'
import type { Command } from '../programs/programs.ts'
import { entriesOf, type TarEntry } from './tar.ts'
import type { World } from './world.ts'

/** A folder of the case's own; it is gone when the case has ended. */
export interface Folder {
  readonly path: string
  write(name: string, content: string | Uint8Array, mode?: number): Promise<void>
  makeDirectory(name: string): Promise<void>
  link(name: string, target: string): Promise<void>
}

export async function newFolder(world: World): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'moorage-contract-'))
  world.onCleanup(() => rm(path, { recursive: true, force: true }))
  const placed = async (name: string): Promise<string> => {
    await mkdir(dirname(join(path, name)), { recursive: true })
    return join(path, name)
  }
  return {
    path,
    async write(name, content, mode = 0o644) {
      await writeFile(await placed(name), content)
      await chmod(join(path, name), mode)
    },
    async makeDirectory(name) {
      await mkdir(join(path, name), { recursive: true })
    },
    async link(name, target) {
      await symlink(target, await placed(name))
    },
  }
}

/** A Dockerfile on the image of the programs. */
export function dockerfile({ programs }: World, ...lines: readonly string[]): string {
  return [`FROM ${programs.image}`, ...lines, ''].join('\n')
}

/** A step that runs a program. */
export function runLine(command: Command): string {
  return `RUN ${JSON.stringify(command)}`
}

export interface BuildOptions {
  readonly onEvent?: (event: BuildEvent) => void
  readonly signal?: AbortSignal
}

/** Builds an image that is gone when the case has ended. */
export async function build(world: World, spec: BuildSpec, options: BuildOptions = {}): Promise<BuiltImage> {
  const built = await world.runtime.buildImage({ ...spec, labels: { ...spec.labels, ...world.labels } }, options)
  world.removeImageLater(built.id)
  return built
}

/** What a container of the image has in a folder, by the paths below it. */
export async function filesIn(world: World, image: string, folder: string): Promise<ReadonlyMap<string, TarEntry>> {
  const { id } = await world.create(world.programs.exit(0), { image })
  const entries = await entriesOf(world.runtime.copyFromContainer(id, folder))
  const name = folder.slice(folder.lastIndexOf('/') + 1)
  return new Map(
    entries
      .map((entry) => [entry.name.slice(name.length + 1).replace(/\/$/, ''), entry] as const)
      .filter(([path]) => path !== ''),
  )
}

/** The bytes that were transferred: each transfer counts as far as it has come. */
export function transferredBytes(events: readonly BuildEvent[]): number {
  const transfers = new Map<string, number>()
  for (const event of events)
    if (event.type === 'transfer') transfers.set(`${event.step} ${event.name}`, event.currentBytes)
  return [...transfers.values()].reduce((sum, bytes) => sum + bytes, 0)
}

/** What the steps have written. */
export function logOf(events: readonly BuildEvent[]): string {
  return Buffer.concat(events.flatMap((event) => (event.type === 'log' ? [event.bytes] : []))).toString('utf8')
}
