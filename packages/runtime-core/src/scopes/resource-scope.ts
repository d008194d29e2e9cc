import type { CallOptions } from '../call-options.ts'
import { invalidArgument } from '../errors.ts'
import { fieldOfEntry } from '../guard/keys.ts'
import { randomId } from '../random-id.ts'
import type { Runtime } from '../runtime.ts'
import { removeScope, type CleanupReport } from './cleanup.ts'
import { isReserved, scopeCreatedLabel, scopeLabel, scopeOwnerLabel } from './labels.ts'
import { isScoped, scopedRuntime } from './scoped-runtime.ts'

export interface ResourceScopeOptions {
  /** On every resource of the scope, besides those that name the scope. */
  readonly labels?: Readonly<Record<string, string>>
  /** The process that the scope lives and dies with, in words that a later process can check. Default: none. */
  readonly owner?: string
}

/** A runtime whose every resource carries the scope's labels, and goes when the scope does. */
export interface ResourceScope extends AsyncDisposable {
  readonly id: string
  readonly labels: Readonly<Record<string, string>>
  /** Use it in the place of the runtime that the scope was made from; closing it is closing that one. */
  readonly runtime: Runtime
  /**
   * Removes everything that was created in the scope, in the right order, and reports what it could not remove. May be called
   * again. A resource is removed only if the scope's labels were set on it: one that inherited them from an image stays.
   */
  cleanup(options?: CallOptions): Promise<CleanupReport>
  /** The same; throws an AggregateError when something could not be removed. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Makes a scope over a runtime. Throws INVALID_ARGUMENT for labels that are the library's own, and for the runtime of another scope:
 * a resource has the labels of one scope only.
 */
export function createResourceScope(runtime: Runtime, options: ResourceScopeOptions = {}): ResourceScope {
  if (isScoped(runtime))
    throw invalidArgument(
      'createResourceScope',
      'runtime',
      'the runtime that the other scope was made from: scopes do not nest',
    )
  for (const label of Object.keys(options.labels ?? {})) {
    if (isReserved(label))
      throw invalidArgument('createResourceScope', fieldOfEntry('options.labels', label), 'a label of your own')
  }
  const id = randomId()
  const labels = Object.freeze({
    ...options.labels,
    [scopeLabel]: id,
    [scopeCreatedLabel]: new Date().toISOString(),
    ...(options.owner !== undefined && { [scopeOwnerLabel]: options.owner }),
  })
  const { scoped, memory } = scopedRuntime(runtime, id, labels)
  const cleanup = (callOptions?: CallOptions): Promise<CleanupReport> => removeScope(runtime, id, memory, callOptions)
  return {
    id,
    labels,
    runtime: scoped,
    cleanup,
    async [Symbol.asyncDispose]() {
      const { failed } = await cleanup()
      if (failed.length === 0) return
      const names = failed.map(({ kind, id: resource }) => `${kind} ${resource}`).join(', ')
      throw new AggregateError(
        failed.map(({ error }) => error),
        `the resource scope ${id} could not remove ${names}`,
      )
    },
  }
}
