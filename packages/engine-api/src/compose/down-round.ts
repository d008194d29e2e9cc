import {
  RuntimeError,
  type ComposeDownOptions,
  type ContainerDetails,
  type ContainerSummary,
} from '@moorage/runtime-core'
import { downArguments, stopArguments } from './arguments.ts'
import { isOneOff, projectContainers, projectLabel, projectResources, serviceOf } from './belongings.ts'
import type { ComposeRunner } from './cli.ts'
import { operation, type DownTarget } from './down-target.ts'
import type { EngineMethods } from './engine-methods.ts'
import { composeFailed } from './failures.ts'
import { folderOf } from './origin.ts'

/** One attempt of a `composeDown`, planned from what the engine has now. */
export class DownRound {
  readonly own: readonly ContainerSummary[]
  readonly #others: readonly ContainerSummary[]
  readonly #engine: EngineMethods
  readonly #target: DownTarget
  readonly #options: ComposeDownOptions
  /** Volumes of the files that this project did not make, though the files do not declare them external. */
  readonly #hasForeignVolumes: boolean

  private constructor(
    engine: EngineMethods,
    target: DownTarget,
    options: ComposeDownOptions,
    found: { readonly own: readonly ContainerSummary[]; readonly others: readonly ContainerSummary[] },
    hasForeignVolumes: boolean,
  ) {
    this.#engine = engine
    this.#target = target
    this.#options = options
    this.own = found.own
    this.#others = found.others
    this.#hasForeignVolumes = hasForeignVolumes
  }

  static async survey(engine: EngineMethods, target: DownTarget, options: ComposeDownOptions): Promise<DownRound> {
    const { signal, removeVolumes = false } = options
    const [found, hasForeignVolumes] = await Promise.all([
      projectContainers(engine, target.projectName, target.identity, signal),
      removeVolumes ? foreignVolumesExist(engine, target, signal) : false,
    ])
    return new DownRound(engine, target, options, found, hasForeignVolumes)
  }

  /** The containers to remove. */
  get due(): readonly ContainerSummary[] {
    const { removeOrphans = false } = this.#options
    return this.own.filter(
      (container) =>
        removeOrphans || (!isOneOff(container) && (this.#target.files === undefined || this.#isNamed(container))),
    )
  }

  /** Removes the due containers and their resources, through compose where it would remove nothing else. */
  async run(cli: ComposeRunner, emptyFolder: string): Promise<void> {
    const { files, projectName } = this.#target
    if (files === undefined) {
      await this.#compose(cli, downArguments(this.#options), { projectName }, emptyFolder)
      return
    }
    if (this.#others.length === 0 && !this.#hasForeignVolumes) {
      const missed = this.due.filter((container) => this.#isNamed(container) && !this.#isInModel(container))
      await this.#removeContainers(missed)
      await this.#compose(cli, downArguments(this.#options), files.project)
      return
    }
    // Only for the hooks and the order: compose's own down would take the rest as well.
    if (!this.#others.some((container) => this.#isInModel(container)))
      await this.#compose(cli, stopArguments(this.#options), files.project)
    const volumes = await this.#volumesToGo()
    await this.#removeContainers(this.due)
    await this.#removeResources(volumes)
  }

  /** Without the files the name identifies the project, which is not enough if another project has it too. */
  refuseAmbiguousName(): void {
    const { unreadable } = this.#target
    if (unreadable === undefined || this.#others.length === 0) return
    const folders = [...new Set(this.#others.map(({ labels }) => folderOf(labels)))].join(', ')
    throw composeFailed({
      operation,
      kind: 'other',
      text: `${unreadable.message} Containers of the project \`${this.#target.projectName}\` also come from ${folders}, so that nothing was removed`,
      advice:
        'Correct the files; or pass `projectName` without `files` and `workingDirectory`, which removes all of that name.',
      arguments: downArguments(this.#options),
      lastLines: [],
    })
  }

  /** Containers of `compose run` stay without `removeOrphans`, and keep the networks of the project in use. */
  refuseOneOffs(): void {
    const { removeOrphans = false } = this.#options
    if (removeOrphans) return
    const kept = this.own.filter(
      (container) => isOneOff(container) && (this.#target.files === undefined || this.#isNamed(container)),
    )
    if (kept.length === 0) return
    const names = kept.map(({ name }) => `\`${name}\``).join(', ')
    throw composeFailed({
      operation,
      kind: 'other',
      text: `everything else was removed, but \`compose run\` made ${names}`,
      advice: `Pass \`removeOrphans: true\` to remove such containers too, or remove ${kept.length === 1 ? 'it' : 'them'} with \`removeContainer\`.`,
      arguments: downArguments(this.#options),
      lastLines: [],
    })
  }

  #isNamed(container: ContainerSummary): boolean {
    return this.#target.files?.services.has(serviceOf(container)) ?? false
  }

  #isInModel(container: ContainerSummary): boolean {
    return this.#target.files?.model.services[serviceOf(container)] !== undefined
  }

  async #compose(
    cli: ComposeRunner,
    verb: readonly string[],
    project: Parameters<ComposeRunner['run']>[0]['project'],
    folder?: string,
  ): Promise<void> {
    const { signal, onEvent } = this.#options
    await cli.run({ operation, project, verb, signal, ...(folder && { folder }), ...(onEvent && { onEvent }) })
  }

  async #removeContainers(containers: readonly ContainerSummary[]): Promise<void> {
    const { signal, timeoutMs, removeVolumes = false } = this.#options
    const call = signal === undefined ? {} : { signal }
    await Promise.all(
      containers.map(async (container) => {
        const { id } = container
        await this.#engine
          .stopContainer(id, { ...call, ...(timeoutMs !== undefined && { timeoutMs }) })
          .catch(unless('CONTAINER_NOT_FOUND'))
        // Compose keeps the anonymous volumes of containers that the files do not name.
        const ownVolumes = removeVolumes && this.#isNamed(container)
        await this.#engine.removeContainer(id, { ...call, force: true, missing: 'ignore', removeVolumes: ownVolumes })
      }),
    )
  }

  /** A volume of a shared name is this project's only if one of its containers mounts it: volumes have no folder label. */
  async #volumesToGo(): Promise<readonly string[]> {
    const { signal, removeVolumes = false } = this.#options
    const { projectName, files } = this.#target
    const { volumes } = await projectResources(this.#engine, projectName, removeVolumes, files, signal)
    if (this.#others.length === 0) return volumes
    const details = await this.#inspect(this.own)
    const mounted = new Set(details.flatMap(({ mounts }) => mounts.map(({ source }) => source)))
    return volumes.filter((name) => mounted.has(name))
  }

  async #removeResources(volumes: readonly string[]): Promise<void> {
    const { signal } = this.#options
    const { projectName, files } = this.#target
    const call = { missing: 'ignore', ...(signal && { signal }) } as const
    const { networks } = await projectResources(this.#engine, projectName, false, files, signal)
    const used = await this.#networksOfOthers()
    for (const network of networks)
      if (!used.has(network)) await this.#engine.removeNetwork(network, call).catch(unless('NETWORK_IN_USE'))
    for (const volume of volumes) await this.#engine.removeVolume(volume, call).catch(unless('VOLUME_IN_USE'))
  }

  /** Also of those that do not run: Docker would remove the networks, and they could not start again. */
  async #networksOfOthers(): Promise<ReadonlySet<string>> {
    const details = await this.#inspect(this.#others)
    return new Set(details.flatMap(({ networks }) => networks.map(({ networkName }) => networkName)))
  }

  async #inspect(containers: readonly ContainerSummary[]): Promise<readonly ContainerDetails[]> {
    const { signal } = this.#options
    const found = await Promise.all(
      containers.map(({ id }) =>
        this.#engine.inspectContainer(id, signal ? { signal } : {}).catch(unless('CONTAINER_NOT_FOUND')),
      ),
    )
    return found.filter((details) => details !== undefined)
  }
}

async function foreignVolumesExist(
  engine: EngineMethods,
  { projectName, files }: DownTarget,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (files === undefined) return false
  const found = await Promise.all(
    [...files.volumes].map((name) => engine.listVolumes({ name }, signal === undefined ? {} : { signal })),
  )
  return found.flat().some(({ labels }) => labels[projectLabel] !== projectName)
}

function unless(code: 'CONTAINER_NOT_FOUND' | 'NETWORK_IN_USE' | 'VOLUME_IN_USE'): (error: unknown) => undefined {
  return (error) => {
    if (!RuntimeError.is(error, code)) throw error
    return undefined
  }
}
