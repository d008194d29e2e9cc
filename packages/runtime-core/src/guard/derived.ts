import type { CallOptions } from '../call-options.ts'
import type { ContainerSpec } from '../container-spec.ts'
import type { ContainerFilter, CreatedContainer } from '../containers.ts'
import type { DerivedMethods, MandatoryMethods } from '../runtime.ts'
import { runCall } from './call.ts'
import * as is from './checks.ts'
import type { GuardContext } from './context.ts'

/** What follows from the mandatory methods on every backend alike. */
export function derivedMethods({ adapter, registry }: GuardContext, runtime: MandatoryMethods): DerivedMethods {
  const removeCreated = async (created: CreatedContainer): Promise<void> => {
    await adapter.removeContainer(created.id, { force: true, removeVolumes: true, missing: 'ignore' })
  }

  const find = async (filter: ContainerFilter, options?: CallOptions) => (await runtime.listContainers(filter, options))[0]

  return {
    async runContainer(spec: ContainerSpec, options?: CallOptions) {
      const created = await runtime.createContainer(spec, options)
      try {
        await runtime.startContainer(created.id, options)
      } catch (error) {
        const removal = removeCreated(created)
        if (options?.signal?.aborted === true) registry.inBackground(removal)
        else await removal.catch(() => undefined)
        throw error
      }
      return created
    },
    findContainer: find,
    findContainerByLabel(key, value, options) {
      return runCall(registry, {
        operation: 'findContainerByLabel',
        options,
        check: () => {
          is.filledText('findContainerByLabel', 'key', key)
          is.text('findContainerByLabel', 'value', value)
        },
        body: (checked) => find({ labels: { [key]: value } }, checked),
      })
    },
  }
}
