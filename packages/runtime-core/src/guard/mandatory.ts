import type { CallOptions } from '../call-options.ts'
import type { ContainerSpec } from '../container-spec.ts'
import { RuntimeError } from '../errors.ts'
import type { MandatoryMethods } from '../runtime.ts'
import { checkAll, type Argument } from './arguments.ts'
import { runCall, runStream } from './call.ts'
import * as is from './checks.ts'
import type { GuardContext } from './context.ts'
import { checkFieldGates } from './gates.ts'
import * as options from './options.ts'
import { SharedCreates, type CreateShare } from './shared-creates.ts'
import { SharedPulls } from './shared-pulls.ts'
import { callSource, ownParameters } from './sources.ts'
import * as specs from './specs.ts'
import { isForPlatform } from '../platform.ts'

/** The mandatory methods of an adapter, each behind the guard. */
export function mandatoryMethods(context: GuardContext): MandatoryMethods {
  const { adapter, capabilities, registry, labelled } = context

  const guarded = <Options extends CallOptions, T>(
    operation: string,
    given: Options | undefined,
    optionsCheck: is.Check,
    args: readonly Argument[],
    body: (checked: Options & { readonly signal: AbortSignal }) => Promise<T>,
    undo?: (made: T, signal: AbortSignal) => Promise<void>,
  ): Promise<T> =>
    runCall(registry, () => {
      const own = options.ownFields(given)
      return {
        operation,
        options: own,
        check: () => checkAll(operation, args, optionsCheck, own),
        body,
        ...(undo !== undefined && { undo }),
      }
    })

  const networkCreates = new SharedCreates(registry, 'createNetwork')
  const volumeCreates = new SharedCreates(registry, 'createVolume')
  const sharedCreate = async <T extends { readonly created: boolean }>(
    call: { readonly operation: string; readonly given: CallOptions | undefined; readonly args: readonly Argument[] },
    shared: { readonly creates: SharedCreates; readonly name: () => string | undefined },
    create: (checked: CallOptions) => Promise<T>,
    remove: (made: T, signal: AbortSignal) => Promise<void>,
  ): Promise<T> => {
    const { operation, given, args } = call
    const mine: { share?: CreateShare } = {}
    const made = await guarded(
      operation,
      given,
      options.call,
      args,
      async (checked) => {
        const share = await shared.creates.join(shared.name())
        mine.share = share
        try {
          return await create(checked)
        } catch (error) {
          void share.leave()
          throw error
        }
      },
      async (made) => {
        await mine.share?.leave(made.created ? (signal) => remove(made, signal) : undefined)
      },
    )
    mine.share?.keep()
    return made
  }

  const pulls = new SharedPulls((reference, checked) => adapter.pullImage(reference, checked))
  const ensureImage = async (spec: ContainerSpec, signal: AbortSignal): Promise<void> => {
    const { image, pullPolicy = 'never', platform } = spec
    // An id names its content: there is nothing newer to bring, and no registry to bring it from.
    if (pullPolicy === 'never' || image.startsWith('sha256:')) return
    if (pullPolicy === 'missing' && (await hasImage(image, platform, signal))) return
    await pulls.join(image, { signal, ...(platform !== undefined && { platform }) })
  }
  const hasImage = async (reference: string, platform: string | undefined, signal: AbortSignal): Promise<boolean> => {
    try {
      const image = await adapter.inspectImage(reference, { signal })
      return platform === undefined || isForPlatform(image, platform)
    } catch (error) {
      if (RuntimeError.is(error, 'IMAGE_NOT_FOUND')) return false
      throw error
    }
  }

  return {
    info: (given) => guarded('info', given, options.call, [], (checked) => adapter.info(checked)),

    pullImage: (reference, given) =>
      guarded('pullImage', given, options.pull, [['reference', is.pullReference, reference]], (checked) =>
        pulls.join(reference, checked),
      ),
    inspectImage: (reference, given) =>
      guarded('inspectImage', given, options.call, [['reference', is.imageReference, reference]], (checked) =>
        adapter.inspectImage(reference, checked),
      ),
    listImages: (filter, given) =>
      guarded('listImages', given, options.call, [['filter', is.optional(specs.imageFilter), filter]], (checked) =>
        adapter.listImages(filter ?? {}, checked),
      ),
    tagImage: (reference, newReference, given) =>
      guarded(
        'tagImage',
        given,
        options.call,
        [
          ['reference', is.imageReference, reference],
          ['newReference', is.pullReference, newReference],
        ],
        (checked) => adapter.tagImage(reference, newReference, checked),
      ),
    removeImage: (reference, given) =>
      guarded('removeImage', given, options.removeImage, [['reference', is.imageReference, reference]], (checked) =>
        adapter.removeImage(reference, checked),
      ),

    async createContainer(spec, given) {
      const operation = 'createContainer'
      // Pulling can be long and must end with the caller's signal; creating is short and is undone instead.
      await guarded(operation, given, options.call, [['spec', specs.containerSpec, spec]], async ({ signal }) => {
        checkFieldGates(operation, spec, capabilities, adapter.backend)
        await ensureImage(spec, signal)
      })
      const { pullPolicy: _handled, ...rest } = spec
      return guarded(
        operation,
        given,
        options.call,
        [],
        (checked) => adapter.createContainer({ ...rest, labels: labelled(spec.labels) }, checked),
        ({ id }, signal) =>
          adapter.removeContainer(id, { force: true, removeVolumes: true, missing: 'ignore', signal }),
      )
    },
    startContainer: (id, given) =>
      guarded('startContainer', given, options.call, [['id', is.identifier, id]], (checked) =>
        adapter.startContainer(id, checked),
      ),
    stopContainer: (id, given) =>
      guarded('stopContainer', given, options.stopContainer, [['id', is.identifier, id]], (checked) =>
        adapter.stopContainer(id, checked),
      ),
    killContainer: (id, given) =>
      guarded('killContainer', given, options.killContainer, [['id', is.identifier, id]], (checked) =>
        adapter.killContainer(id, checked),
      ),
    waitContainer: (id, given) =>
      guarded('waitContainer', given, options.waitContainer, [['id', is.identifier, id]], (checked) =>
        adapter.waitContainer(id, checked),
      ),
    removeContainer: (id, given) =>
      guarded('removeContainer', given, options.removeContainer, [['id', is.identifier, id]], (checked) =>
        adapter.removeContainer(id, checked),
      ),
    inspectContainer: (id, given) =>
      guarded('inspectContainer', given, options.call, [['id', is.identifier, id]], (checked) =>
        adapter.inspectContainer(id, checked),
      ),
    listContainers: (filter, given) =>
      guarded(
        'listContainers',
        given,
        options.call,
        [['filter', is.optional(specs.containerFilter), filter]],
        (checked) => adapter.listContainers(filter ?? {}, checked),
      ),

    execContainer: (id, spec, given) => {
      const operation = 'execContainer'
      const args = [
        ['id', is.identifier, id],
        ['spec', specs.execSpec, spec],
      ] as const
      return runCall(registry, () => {
        const parameters = ownParameters(operation, [id, spec, given], 2)
        const own = parameters[2] as typeof given
        const source = callSource(operation, parameters)
        return {
          operation,
          options: own,
          source,
          check: () => checkAll(operation, args, options.execContainer, own),
          body: (checked) => adapter.execContainer(id, spec, { ...checked, ...(source && { stdin: source.held() }) }),
        }
      })
    },
    containerLogs: (id, given) =>
      runStream(registry, () => {
        const own = options.ownFields(given)
        return {
          operation: 'containerLogs',
          options: own,
          check: () => checkAll('containerLogs', [['id', is.identifier, id]], options.logs, own),
          body: (checked) => adapter.containerLogs(id, checked),
        }
      }),

    createNetwork: (spec, given) =>
      sharedCreate(
        { operation: 'createNetwork', given, args: [['spec', specs.networkSpec, spec]] },
        { creates: networkCreates, name: () => spec.name },
        (checked) => adapter.createNetwork({ ...spec, labels: labelled(spec.labels) }, checked),
        ({ id }, signal) => adapter.removeNetwork(id, { missing: 'ignore', signal }),
      ),
    removeNetwork: (id, given) =>
      guarded('removeNetwork', given, options.removeOther, [['id', is.identifier, id]], (checked) =>
        adapter.removeNetwork(id, checked),
      ),
    inspectNetwork: (id, given) =>
      guarded('inspectNetwork', given, options.call, [['id', is.identifier, id]], (checked) =>
        adapter.inspectNetwork(id, checked),
      ),
    listNetworks: (filter, given) =>
      guarded('listNetworks', given, options.call, [['filter', is.optional(specs.nameFilter), filter]], (checked) =>
        adapter.listNetworks(filter ?? {}, checked),
      ),

    createVolume: (spec, given) =>
      sharedCreate(
        { operation: 'createVolume', given, args: [['spec', is.optional(specs.volumeSpec), spec]] },
        { creates: volumeCreates, name: () => spec?.name },
        (checked) => adapter.createVolume({ ...spec, labels: labelled(spec?.labels) }, checked),
        ({ name }, signal) => adapter.removeVolume(name, { missing: 'ignore', signal }),
      ),
    removeVolume: (name, given) =>
      guarded('removeVolume', given, options.removeOther, [['name', is.identifier, name]], (checked) =>
        adapter.removeVolume(name, checked),
      ),
    inspectVolume: (name, given) =>
      guarded('inspectVolume', given, options.call, [['name', is.identifier, name]], (checked) =>
        adapter.inspectVolume(name, checked),
      ),
    listVolumes: (filter, given) =>
      guarded('listVolumes', given, options.call, [['filter', is.optional(specs.nameFilter), filter]], (checked) =>
        adapter.listVolumes(filter ?? {}, checked),
      ),
  }
}
