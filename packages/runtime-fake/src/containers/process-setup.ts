import { FileSystem } from '../engine/files.ts'
import type { FakeEngine } from '../engine/engine.ts'
import { listeningSockets, networkAccess } from '../engine/network-fabric.ts'
import type { ContainerRecord } from '../engine/records.ts'
import type { ProcessSetup } from '../programs/running-process.ts'
import { fileAccess, type KernelFiles } from '../programs/file-access.ts'

const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Process ids of the fake begin here. */
const firstPid = 1000

/** The number of a process on the fake's host. */
export function processId(order: number): number {
  return firstPid + order
}

/** The container's environment as inspect tells it: the image's, and what the spec adds. */
export function containerEnvironment({ image, spec }: ContainerRecord): Readonly<Record<string, string>> {
  return { PATH: searchPath, ...image.spec.env, ...spec.env }
}

export function containerUser({ image, spec }: ContainerRecord): string {
  return spec.user ?? image.spec.user ?? ''
}

export function containerDirectory({ image, spec }: ContainerRecord): string {
  return spec.workingDirectory ?? image.spec.workingDirectory ?? '/'
}

export function containerHostname({ id, spec }: ContainerRecord): string {
  return spec.hostname ?? id.slice(0, 12)
}

/** A given entrypoint also drops the image's command. */
export function containerCommand({ image, spec }: ContainerRecord): {
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
} {
  const imageCommand = spec.entrypoint === undefined ? (image.spec.command ?? []) : []
  return { entrypoint: spec.entrypoint ?? image.spec.entrypoint ?? [], command: spec.command ?? imageCommand }
}

export function containerFiles({ files, mounts, spec }: ContainerRecord): FileSystem {
  return new FileSystem(files, mounts, spec.readOnlyRoot ?? false)
}

/** What all processes of a container have in common. */
export function sharedSetup(
  engine: FakeEngine,
  container: ContainerRecord,
): Pick<ProcessSetup, 'clock' | 'container' | 'network' | 'files' | 'hostname' | 'resumed' | 'resources'> {
  return {
    clock: engine.clock,
    container: { id: container.id, name: container.name, spec: container.spec },
    network: networkAccess(engine, container),
    files: fileAccess(containerFiles(container), kernelFiles(engine, container), () => new Date(engine.clock.now())),
    hostname: containerHostname(container),
    resources: () => container.resources,
    async resumed() {
      await container.changes.until(() => (container.status === 'paused' ? undefined : true))
    },
  }
}

/** Where a program looks for who listens; of version 6 the fake has no addresses. */
function kernelFiles(engine: FakeEngine, container: ContainerRecord): KernelFiles {
  return { '/proc/net/tcp': () => listeningSockets(engine, container), '/proc/net/tcp6': () => '' }
}

/** The environment of a process: engines add what a login would have. */
export function processEnvironment(
  container: ContainerRecord,
  process: { readonly user: string; readonly tty: boolean; readonly env: Readonly<Record<string, string>> },
): Readonly<Record<string, string>> {
  const [name = ''] = process.user.split(':')
  const home = name === '' || name === 'root' || name === '0' ? '/root' : '/'
  const hostname = containerHostname(container)
  const terminal = process.tty ? { TERM: 'xterm' } : {}
  return { HOSTNAME: hostname, HOME: home, ...terminal, ...containerEnvironment(container), ...process.env }
}
