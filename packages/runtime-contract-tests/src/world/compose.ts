import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ComposeProject } from '@moorage/runtime-core'
import type { Command } from '../programs/programs.ts'
import type { World } from './world.ts'

/** A service as the compose specification names its parts. */
export interface ServiceSpec {
  readonly image?: string
  readonly command: Command
  readonly [field: string]: unknown
}

/** What a project is made of, besides its name. */
export interface ProjectSpec {
  readonly services: Readonly<Record<string, ServiceSpec>>
  readonly volumes?: readonly string[]
  /** Volumes that the project does not own: the name on the engine by the name in the files. */
  readonly externalVolumes?: Readonly<Record<string, string>>
}

/** A project in a folder of its own, whose files can be written anew; it is gone when the case has ended. */
export interface WrittenProject {
  readonly project: ComposeProject & {
    readonly projectName: string
    readonly workingDirectory: string
    readonly files: readonly string[]
  }
  /** Writes one of the files; every JSON is YAML too. */
  write(file: string, spec: ProjectSpec | string): Promise<void>
}

const mainFile = 'compose.yaml'

export async function writeProject(world: World, spec: ProjectSpec): Promise<WrittenProject> {
  const folder = await mkdtemp(join(tmpdir(), 'moorage-contract-'))
  world.onCleanup(() => rm(folder, { recursive: true, force: true }))
  const projectName = world.name('project').toLowerCase()
  world.onCleanup(() =>
    world.runtime.composeDown({ projectName }, { removeVolumes: true, removeOrphans: true, timeoutMs: 0 }),
  )
  const write: WrittenProject['write'] = (file, given) =>
    writeFile(join(folder, file), typeof given === 'string' ? given : JSON.stringify(fileOf(world, given)))
  await write(mainFile, spec)
  return { project: { projectName, workingDirectory: folder, files: [mainFile] }, write }
}

/** How many containers, networks and volumes of the case there are. */
export async function countLeft({ runtime, labels }: World): Promise<readonly number[]> {
  const [containers, networks, volumes] = [
    await runtime.listContainers({ labels }),
    await runtime.listNetworks({ labels }),
    await runtime.listVolumes({ labels }),
  ]
  return [containers.length, networks.length, volumes.length]
}

function fileOf({ programs, labels }: World, { services, volumes = [], externalVolumes = {} }: ProjectSpec): object {
  const whole = Object.entries(services).map(([name, { command, ...spec }]) => [
    name,
    { image: programs.image, ...spec, command: command.map(escaped), labels, stop_grace_period: '0s' },
  ])
  const own = volumes.map((name) => [name, { labels }] as const)
  const external = Object.entries(externalVolumes).map(([key, name]) => [key, { external: true, name }] as const)
  const all = [...own, ...external]
  return {
    services: Object.fromEntries(whole),
    networks: { default: { labels } },
    ...(all.length > 0 && { volumes: Object.fromEntries(all) }),
  }
}

/** A dollar would be a variable. */
function escaped(text: string): string {
  return text.replaceAll('$', '$$$$')
}
