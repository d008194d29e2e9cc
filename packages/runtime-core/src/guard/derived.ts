import type { CallOptions } from '../call-options.ts'
import type { ContainerSpec } from '../container-spec.ts'
import type { ContainerFilter, ContainerSummary } from '../containers.ts'
import type { DerivedMethods, MandatoryMethods } from '../runtime.ts'
import { runCall } from './call.ts'
import { checkAll } from './arguments.ts'
import * as is from './checks.ts'
import type { GuardContext } from './context.ts'
import * as callOptions from './options.ts'
import * as specs from './specs.ts'

/** What follows from the mandatory methods on every backend alike. */
export function derivedMethods({ adapter, registry }: GuardContext, runtime: MandatoryMethods): DerivedMethods {
  /** Waits for the removal, but no longer than until the call is aborted; it goes on in the background then. */
  const removeCreated = async (id: string, options: CallOptions | undefined): Promise<void> => {
    const removal = registry.cleanUp('runContainer', (signal) =>
      adapter.removeContainer(id, { force: true, removeVolumes: true, missing: 'ignore', signal }),
    )
    registry.inBackground(removal)
    const scope = registry.openScope('runContainer', options?.signal)
    try {
      await scope.wait(() => removal)
    } catch {
      // What could not be removed carries the operation label; the failed start is the error that counts.
      scope.signal.throwIfAborted()
    } finally {
      scope.end()
    }
  }

  const find = async (filter: ContainerFilter, options: CallOptions): Promise<ContainerSummary | undefined> =>
    (await adapter.listContainers(filter, options))[0]

  return {
    runContainer: (spec: ContainerSpec, options?: CallOptions) =>
      registry.track(async () => {
        const created = await runtime.createContainer(spec, options)
        try {
          await runtime.startContainer(created.id, options)
        } catch (error) {
          await removeCreated(created.id, options)
          throw error
        }
        return created
      }),
    findContainer(filter, options) {
      const operation = 'findContainer'
      return runCall(registry, () => {
        const own = callOptions.ownFields(options)
        return {
          operation,
          options: own,
          check: () => checkAll(operation, [['filter', specs.containerFilter, filter]], callOptions.call, own),
          body: (checked) => find(filter, checked),
        }
      })
    },
    findContainerByLabel(key, value, options) {
      const operation = 'findContainerByLabel'
      const args = [
        ['key', is.filledText, key],
        ['value', is.text, value],
      ] as const
      return runCall(registry, () => {
        const own = callOptions.ownFields(options)
        return {
          operation,
          options: own,
          check: () => checkAll(operation, args, callOptions.call, own),
          body: (checked) => find({ labels: { [key]: value } }, checked),
        }
      })
    },
  }
}
