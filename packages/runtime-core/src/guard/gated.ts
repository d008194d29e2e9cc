import type { CallOptions, RuntimeStream } from '../call-options.ts'
import { unsupported } from '../errors.ts'
import type { GatedMethods } from '../runtime.ts'
import { runCall, runStream } from './call.ts'
import type { GuardContext } from './context.ts'
import { methodGates, streamingMethods } from './gates.ts'

type AnyMethod = (...parameters: readonly unknown[]) => unknown

/** How many arguments come before the options. */
const leadingArguments: Readonly<Record<keyof GatedMethods, number>> = {
  buildImage: 1,
  pushImage: 1,
  saveImages: 1,
  loadImages: 1,
  startExec: 2,
  attachContainer: 1,
  restartContainer: 1,
  pauseContainer: 1,
  unpauseContainer: 1,
  renameContainer: 2,
  updateContainer: 2,
  containerStats: 1,
  containerProcesses: 1,
  copyToContainer: 3,
  copyFromContainer: 2,
  statPath: 2,
  readFile: 2,
  writeFile: 3,
  connectNetwork: 2,
  disconnectNetwork: 2,
  pruneContainers: 0,
  pruneImages: 0,
  pruneNetworks: 0,
  pruneVolumes: 0,
  events: 0,
  composeUp: 1,
  composeDown: 1,
  findComposeContainer: 2,
  composePs: 1,
  composeLogs: 1,
  composeConfig: 1,
  checkpointContainer: 1,
  restoreContainer: 1,
}

/** Every gated method: refused with UNSUPPORTED unless its gate is claimed and the adapter has it. */
export function gatedMethods(context: GuardContext): GatedMethods {
  const methods = Object.keys(methodGates).map((name) => {
    const method = name as keyof GatedMethods
    return [method, guarded(context, method)] as const
  })
  return Object.fromEntries(methods) as unknown as GatedMethods
}

function guarded({ adapter, registry }: GuardContext, method: keyof GatedMethods): AnyMethod {
  const leading = leadingArguments[method]
  return (...parameters) => {
    const options = parameters[leading] as CallOptions | undefined
    const call = {
      operation: method,
      options,
      check: () => {
        const capability = methodGates[method]
        if (!adapter.capabilities[capability] || adapter[method] === undefined) {
          throw unsupported(method, { capability }, adapter.backend)
        }
      },
    }
    const invoke = (checked: CallOptions): unknown =>
      (adapter[method] as AnyMethod).call(adapter, ...parameters.slice(0, leading), checked)
    return streamingMethods.has(method)
      ? runStream(registry, { ...call, body: (checked) => invoke(checked) as RuntimeStream<unknown> })
      : runCall(registry, { ...call, body: (checked) => invoke(checked) as Promise<unknown> })
  }
}
