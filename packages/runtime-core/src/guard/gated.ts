import type { BuildSpec } from '../build.ts'
import type { CallOptions, RuntimeStream } from '../call-options.ts'
import { unsupported } from '../errors.ts'
import type { ContainerAttachment, ExecProcess, StartExecOptions } from '../exec.ts'
import type { GatedMethods } from '../gated-methods.ts'
import { checkAll } from './arguments.ts'
import { runCall, runStream, type GuardedCall } from './call.ts'
import type { GuardContext } from './context.ts'
import { gatedArguments } from './gated-arguments.ts'
import { holdAttachment, holdDetached, holdProcess } from './live.ts'
import type { CallRegistry } from './scope.ts'
import { callSource, ownParameters } from './sources.ts'
import { checkBuildGates, methodGates, streamingMethods } from './gates.ts'

type AnyMethod = (...parameters: readonly unknown[]) => unknown

/** Every gated method: refused with UNSUPPORTED unless its gate is claimed and the adapter has it. */
export function gatedMethods(context: GuardContext): GatedMethods {
  const methods = Object.keys(methodGates).map((name) => {
    const method = name as keyof GatedMethods
    return [method, guarded(context, method)] as const
  })
  return Object.fromEntries(methods) as unknown as GatedMethods
}

function guarded({ adapter, capabilities, registry }: GuardContext, method: keyof GatedMethods): AnyMethod {
  const { before, options: optionsCheck, optionsRequired = false, optionsField } = gatedArguments[method]
  const described = (given: readonly unknown[]) => {
    const parameters = ownParameters(method, given, before.length)
    const options = parameters[before.length] as CallOptions | undefined
    const source = callSource(method, parameters)
    const call = {
      operation: method,
      options,
      check: () => {
        const capability = methodGates[method]
        const args = before.map(([field, check], index) => [field, check, parameters[index]] as const)
        checkAll(method, args, optionsCheck, options === undefined && optionsRequired ? {} : options, optionsField)
        if (!capabilities[capability] || adapter[method] === undefined) {
          throw unsupported(method, { capability }, adapter.backend)
        }
        if (method === 'buildImage') checkBuildGates(method, parameters[0] as BuildSpec, capabilities, adapter.backend)
      },
    }
    const invoke = (checked: CallOptions): unknown => {
      const passed = [...parameters.slice(0, before.length), checked]
      return (adapter[method] as AnyMethod).call(adapter, ...(source?.into(passed) ?? passed))
    }
    return { call, source, invoke }
  }
  if (streamingMethods.has(method)) {
    return (...given) =>
      runStream(registry, () => {
        const { call, invoke } = described(given)
        return { ...call, body: (checked) => invoke(checked) as RuntimeStream<unknown> }
      })
  }
  return (...given) =>
    runCall(registry, () => {
      const { call, source, invoke } = described(given)
      const { hold, discard } = lives(method, call.options, registry)
      return {
        ...call,
        source,
        body: (checked) => invoke(checked) as Promise<unknown>,
        ...(hold && { hold }),
        ...(discard && { discard }),
      }
    })
}

type Lives = Pick<GuardedCall<CallOptions, unknown>, 'hold' | 'discard'>

/** How long an answer lives that is more than data. A detached process is let go at once. */
function lives(method: keyof GatedMethods, options: CallOptions | undefined, registry: CallRegistry): Lives {
  const discard = async (made: unknown): Promise<void> => (made as AsyncDisposable)[Symbol.asyncDispose]()
  if (method === 'attachContainer')
    return { hold: (made, scope) => holdAttachment(made as ContainerAttachment, scope), discard }
  if (method !== 'startExec') return {}
  if ((options as StartExecOptions | undefined)?.detach === true)
    return { hold: (made, scope) => holdDetached(made as ExecProcess, scope, registry) }
  return { hold: (made, scope) => holdProcess(made as ExecProcess, scope), discard }
}
