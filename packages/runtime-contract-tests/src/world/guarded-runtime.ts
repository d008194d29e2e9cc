import type { CreatedContainer, Runtime } from '@moorage/runtime-core'
import { checkFilters, confirmCreated, insist, insistOnContainer, insistOnImage, type Guard } from './guard.ts'
import { checkPrune, type PruneMethod } from './prunes.ts'

/**
 * The runtime as a case sees it: a call that removes a resource or changes a container is made only if an inspection shows that the
 * resource is the case's own. What lists, filters and creating calls answer never decides it. A removal is inspected right before
 * the call; for other changes one inspection of each id of a container is enough.
 */
export function guardRuntime(runtime: Runtime, guard: Guard): Runtime {
  const changes = (method: ChangeMethod): Partial<Runtime> => ({
    [method]: async (id: string, ...rest: readonly unknown[]): Promise<unknown> => {
      await insistOnContainer(guard, id)
      guard.hasTouched = true
      return (runtime[method] as (...given: readonly unknown[]) => Promise<unknown>)(id, ...rest)
    },
  })
  const prunes = (method: PruneMethod): Partial<Runtime> => ({
    [method]: async (filter: Parameters<Runtime[PruneMethod]>[0]) => {
      await checkPrune(guard, method, filter)
      guard.hasTouched = true
      return runtime[method](filter)
    },
  })
  return {
    ...runtime,
    ...creating(runtime, guard),
    ...listing(runtime, guard),
    ...Object.assign({}, ...changeMethods.map(changes)),
    ...Object.assign({}, ...pruneMethods.map(prunes)),
    async connectNetwork(network, container, options) {
      await insistOnContainer(guard, container)
      guard.hasTouched = true
      return runtime.connectNetwork(network, container, options)
    },
    async disconnectNetwork(network, container, options) {
      await insistOnContainer(guard, container)
      guard.hasTouched = true
      return runtime.disconnectNetwork(network, container, options)
    },
    async removeContainer(id, options) {
      await insist(guard, 'container', id)
      return runtime.removeContainer(id, options)
    },
    async removeNetwork(id, options) {
      await insist(guard, 'network', id)
      return runtime.removeNetwork(id, options)
    },
    async removeVolume(name, options) {
      await insist(guard, 'volume', name)
      return runtime.removeVolume(name, options)
    },
    async removeImage(reference, options) {
      await insistOnImage(guard, reference)
      return runtime.removeImage(reference, options)
    },
    async composeUp(project, options) {
      await checkFilters(guard)
      guard.hasTouched = true
      return runtime.composeUp(project, options)
    },
    async composeDown(project, options) {
      await checkFilters(guard)
      guard.hasTouched = true
      return runtime.composeDown(project, options)
    },
  }
}

/** The methods that change the container that their first argument names. */
const changeMethods = [
  'startContainer',
  'stopContainer',
  'killContainer',
  'restartContainer',
  'pauseContainer',
  'unpauseContainer',
  'renameContainer',
  'updateContainer',
  'execContainer',
  'startExec',
  'attachContainer',
  'writeFile',
  'copyToContainer',
  'checkpointContainer',
] as const
type ChangeMethod = (typeof changeMethods)[number]

const pruneMethods = ['pruneContainers', 'pruneImages', 'pruneNetworks', 'pruneVolumes'] as const

function creating(runtime: Runtime, guard: Guard): Partial<Runtime> {
  const { created } = guard
  const noted = async <T extends { readonly id?: string; readonly name?: string; readonly created?: boolean }>(
    creation: Promise<T>,
  ): Promise<T> => {
    const made = await creation
    if (made.created !== false) for (const key of [made.id, made.name]) if (key !== undefined) created.add(key)
    return made
  }
  const confirmed = async (creation: Promise<CreatedContainer>): Promise<CreatedContainer> => {
    const container = await creation
    await confirmCreated(guard, container)
    return container
  }
  return {
    createContainer: (spec, options) => confirmed(runtime.createContainer(spec, options)),
    runContainer: (spec, options) => confirmed(runtime.runContainer(spec, options)),
    restoreContainer: (archive, options) => confirmed(runtime.restoreContainer(archive, options)),
    createNetwork: (spec, options) => noted(runtime.createNetwork(spec, options)),
    createVolume: (spec, options) => noted(runtime.createVolume(spec, options)),
    buildImage: (spec, options) => noted(runtime.buildImage(spec, options)),
  }
}

function listing(runtime: Runtime, { listed }: Guard): Partial<Runtime> {
  const noted = async <T extends readonly { readonly id?: string; readonly name?: string }[]>(
    answer: Promise<T>,
  ): Promise<T> => {
    const rows = await answer
    for (const { id, name } of rows) for (const key of [id, name]) if (key !== undefined) listed.add(key)
    return rows
  }
  const notedOne = async <T extends { readonly id: string; readonly name: string }>(
    answer: Promise<T | undefined>,
  ): Promise<T | undefined> => {
    const row = await answer
    if (row !== undefined) for (const key of [row.id, row.name]) listed.add(key)
    return row
  }
  return {
    listContainers: (filter, options) => noted(runtime.listContainers(filter, options)),
    listNetworks: (filter, options) => noted(runtime.listNetworks(filter, options)),
    listVolumes: (filter, options) => noted(runtime.listVolumes(filter, options)),
    listImages: (filter, options) => noted(runtime.listImages(filter, options)),
    findContainer: (filter, options) => notedOne(runtime.findContainer(filter, options)),
    findContainerByLabel: (key, value, options) => notedOne(runtime.findContainerByLabel(key, value, options)),
  }
}
