import {
  collectOutput,
  logLines,
  type ContainerSpec,
  type CreatedContainer,
  type CreatedNetwork,
  type CreatedVolume,
  type LogOptions,
  type NetworkSpec,
  type Runtime,
  type VolumeSpec,
} from '@moorage/runtime-core'
import type { Command, Programs } from '../programs/programs.ts'
import type { Cleanup } from './cleanup.ts'
import { deadlines, eventually } from './eventually.ts'
import { creationLabel } from './labels.ts'
import type { AbortLatency } from './latency.ts'

/** References that the engine can pull, where there are such. */
export interface Registries {
  /** Can be pulled by anybody. */
  readonly open?: string
  /** The same registry has no such image. */
  readonly missing?: string
  readonly private?: {
    readonly reference: string
    readonly credentials: { readonly username: string; readonly password: string }
  }
  /** A pull of it never gets on. */
  readonly stalling?: string
}

/** How a world is made. */
export interface WorldSetup {
  readonly runtime: Runtime
  readonly programs: Programs
  readonly registries: Registries
  readonly open: () => Promise<Runtime>
  readonly adoptVolume: (container: string, name: string) => Promise<void>
  readonly cleanup: Cleanup
  readonly labels: Readonly<Record<string, string>>
  /** Begins every name. */
  readonly prefix: string
  readonly timeScale: number
}

/** What a case sees: a runtime, and the means to make things that are gone when the case has ended. */
export class World {
  readonly runtime: Runtime
  readonly programs: Programs
  readonly registries: Registries
  readonly labels: Readonly<Record<string, string>>
  readonly latencies: AbortLatency[] = []
  readonly #setup: WorldSetup
  readonly #images = new Set<string>()
  #names = 0
  #leftToSuite = false

  constructor(setup: WorldSetup) {
    this.#setup = setup
    this.runtime = setup.runtime
    this.programs = setup.programs
    this.registries = setup.registries
    this.labels = setup.labels
  }

  /** A name that nothing else has. */
  name(part = 'thing'): string {
    this.#names += 1
    return `${this.#setup.prefix}-${part}-${this.#names}`
  }

  /** Another runtime on the same engine; closed when the case has ended. */
  async openAnother(): Promise<Runtime> {
    const runtime = await this.#setup.open()
    this.#setup.cleanup.add(() => runtime.close())
    return runtime
  }

  /** For a case that closes its runtime: the suite removes what it made, and charges nobody. */
  leaveToSuite(): void {
    this.#leftToSuite = true
  }

  get isLeftToSuite(): boolean {
    return this.#leftToSuite
  }

  onCleanup(duty: () => Promise<unknown>): void {
    this.#setup.cleanup.add(duty)
  }

  /** A container that is removed at the end, by whoever can. */
  async create(command: Command, spec: Partial<ContainerSpec> = {}): Promise<CreatedContainer> {
    const { runtime } = this
    const created = await runtime.createContainer(this.spec(command, spec))
    this.removeLater(created.id)
    return created
  }

  /** The same, started. */
  async run(command: Command, spec: Partial<ContainerSpec> = {}): Promise<CreatedContainer> {
    const created = await this.create(command, spec)
    await this.runtime.startContainer(created.id)
    return created
  }

  /** The same, and it has said that it is ready. */
  async runReady(command: Command, spec: Partial<ContainerSpec> = {}): Promise<CreatedContainer> {
    const created = await this.run(command, spec)
    for await (const { text } of logLines(this.runtime.containerLogs(created.id, { follow: true }))) {
      if (text.startsWith('ready') || text.startsWith('tick')) break
    }
    return created
  }

  /** The same, and it has ended; answers the exit code too. */
  async runToEnd(
    command: Command,
    spec: Partial<ContainerSpec> = {},
  ): Promise<CreatedContainer & { exitCode: number }> {
    const created = await this.run(command, spec)
    const { exitCode } = await this.runtime.waitContainer(created.id)
    return { ...created, exitCode }
  }

  /** A spec with the image of the programs and the labels of the case. */
  spec(command: Command, spec: Partial<ContainerSpec> = {}): ContainerSpec {
    const labels = { ...spec.labels, ...this.labels, [creationLabel]: crypto.randomUUID() }
    return { image: this.programs.image, command, ...spec, labels }
  }

  /** An anonymous volume of a container of the case, which the case may remove then. */
  adoptVolume(container: string, name: string): Promise<void> {
    return this.#setup.adoptVolume(container, name)
  }

  removeLater(id: string): void {
    this.onCleanup(() => this.runtime.removeContainer(id, { force: true, removeVolumes: true, missing: 'ignore' }))
  }

  /** Equal builds are one image: it is removed once, after what uses it. */
  removeImageLater(id: string): void {
    if (this.#images.has(id)) return
    this.#images.add(id)
    this.onCleanup(() => this.runtime.removeImage(id, { force: true }))
  }

  async network(spec: Partial<NetworkSpec> = {}): Promise<CreatedNetwork> {
    const created = await this.runtime.createNetwork(this.networkSpec(spec))
    this.onCleanup(() => this.runtime.removeNetwork(created.id))
    return created
  }

  networkSpec(spec: Partial<NetworkSpec> = {}): NetworkSpec {
    return { name: this.name('network'), ...spec, labels: { ...spec.labels, ...this.labels } }
  }

  /** One with a subnet that was asked for: one of several that the engine does not use, since its host may use some too. */
  async networkWithSubnet(): Promise<{ readonly network: CreatedNetwork; readonly subnet: string }> {
    const taken = (await this.runtime.listNetworks()).flatMap(({ subnets }) => subnets)
    const below = (bound: number): number => Math.floor(Math.random() * bound)
    for (let triesLeft = 5; ; triesLeft -= 1) {
      const subnet = `10.${200 + below(50)}.${below(250)}.0/24`
      if (taken.includes(subnet)) continue
      try {
        return { network: await this.network({ subnet }), subnet }
      } catch (error) {
        if (triesLeft <= 1) throw error
      }
    }
  }

  async volume(spec: Partial<VolumeSpec> = {}): Promise<CreatedVolume> {
    const created = await this.runtime.createVolume(this.volumeSpec(spec))
    this.onCleanup(() => this.runtime.removeVolume(created.name))
    return created
  }

  volumeSpec(spec: Partial<VolumeSpec> = {}): VolumeSpec {
    return { name: this.name('volume'), ...spec, labels: { ...spec.labels, ...this.labels } }
  }

  /** What a container has written, each stream for itself. */
  async logs(id: string, options: LogOptions = {}): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const { stdout, stderr } = await collectOutput(this.runtime.containerLogs(id, options))
    const decoder = new TextDecoder()
    return { stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) }
  }

  /** Runs to its end and answers what it wrote to stdout. */
  async outputOf(command: Command, spec: Partial<ContainerSpec> = {}): Promise<string> {
    const { id } = await this.runToEnd(command, spec)
    return (await this.logs(id)).stdout
  }

  /** The numbers of the user and the group that own what stands at the path. */
  async ownerOf(id: string, path: string): Promise<string> {
    const command = this.programs.observe('owner', path)
    return (await this.runtime.execContainer(id, { command })).stdout.trim()
  }

  /**
   * Waits until a file no longer changes under a process that writes to it again and again: what still runs still writes,
   * so two equal looks with time between them say that it has ended.
   */
  async untilUnchanged(id: string, path: string): Promise<void> {
    const read = async (): Promise<string> =>
      (await this.runtime.execContainer(id, { command: this.programs.readFile(path) })).stdout
    await this.eventually(`nobody writes to ${path}`, async () => {
      const before = await read()
      await this.runtime.execContainer(id, { command: this.programs.pause(300) })
      return (await read()) === before
    })
  }

  /** Waits until the file is there and has something in it. */
  async untilWritten(id: string, path: string): Promise<string> {
    return this.eventually(`${path} is written`, async () => {
      const { stdout } = await this.runtime.execContainer(id, { command: this.programs.readFile(path) })
      return stdout !== '' && stdout
    })
  }

  /** Long enough for an engine to have answered what it can answer at once. */
  async aWhile(): Promise<void> {
    for (let count = 0; count < 5; count += 1) {
      await this.runtime.listContainers({ labels: this.labels })
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** The engine's own time, which may be another than ours. */
  async engineTime(): Promise<Date> {
    const { id } = await this.create(this.programs.exit(0))
    return new Date((await this.runtime.inspectContainer(id)).createdAt)
  }

  /** Asks until there is an answer, and fails by name when there is none. */
  eventually<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
    return eventually(what, ask, deadlines.soon * this.#setup.timeScale)
  }
}
