import { defineCapabilities } from './capabilities.ts'
import type { OnCleanupFailure } from './cleanup-failure.ts'
import { invalidArgument } from './errors.ts'
import { describeNumber } from './guard/checks.ts'
import { randomId } from './random-id.ts'
import { operationLabel, runtimeLabel } from './labels.ts'
import { mandatoryMethods } from './guard/mandatory.ts'
import { gatedMethods } from './guard/gated.ts'
import { derivedMethods } from './guard/derived.ts'
import { CallRegistry } from './guard/scope.ts'
import type { Runtime, RuntimeAdapter } from './runtime.ts'

export interface CreateRuntimeOptions {
  /** How long `close()` waits for clean-ups under way. Default 10,000. */
  readonly closeTimeoutMs?: number
  /** Hears of what an aborted or failed call left on the engine, and could not be removed. Default: nobody. */
  readonly onCleanupFailure?: OnCleanupFailure
}

/**
 * Makes the `Runtime` that users hold from the `RuntimeAdapter` that an author wrote: every call is guarded (signal,
 * closed, arguments, capabilities, in this order), every created resource is labelled with the operation that made it,
 * and what the adapter lacks is UNSUPPORTED.
 */
export function createRuntime(adapter: RuntimeAdapter, options: CreateRuntimeOptions = {}): Runtime {
  const { closeTimeoutMs = 10_000, onCleanupFailure } = options
  if (typeof closeTimeoutMs !== 'number' || !(closeTimeoutMs >= 0)) {
    throw invalidArgument(
      'createRuntime',
      'options.closeTimeoutMs',
      `a number of at least 0, not ${describeNumber(closeTimeoutMs)}`,
    )
  }
  if (onCleanupFailure !== undefined && typeof onCleanupFailure !== 'function') {
    throw invalidArgument('createRuntime', 'options.onCleanupFailure', 'a function')
  }
  const registry = new CallRegistry(onCleanupFailure)
  const runtimeId = randomId()
  // An adapter that was written before a capability existed does not claim it.
  const capabilities = defineCapabilities(adapter.capabilities)
  const context = {
    adapter,
    capabilities,
    registry,
    labelled: (labels: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> => ({
      ...labels,
      [runtimeLabel]: runtimeId,
      [operationLabel]: randomId(),
    }),
  }
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    closing ??= registry.close(closeTimeoutMs).then(() => adapter.close())
    return closing
  }
  const mandatory = mandatoryMethods(context)
  return Object.freeze({
    capabilities,
    ...mandatory,
    ...gatedMethods(context),
    ...derivedMethods(context, mandatory),
    close,
    [Symbol.asyncDispose]: close,
  })
}
