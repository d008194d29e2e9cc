import type { CallOptions } from '../call-options.ts'
import { invalidArgument } from '../errors.ts'
import * as is from '../guard/checks.ts'
import type { MandatoryMethods } from '../runtime.ts'
import { removeLabelled, type CleanupReport } from './cleanup.ts'
import { scopeCreatedLabel, scopeLabel, scopeOwnerLabel } from './labels.ts'

/** A scope of which something is left on the engine. */
export interface LeftScope {
  readonly id: string
  /** RFC 3339. */
  readonly createdAt: string
  readonly owner?: string
}

/** Which scopes are dead. One is enough. */
export interface ReapScopesOptions extends CallOptions {
  /** Whether the owner of a scope is surely gone; asked only of scopes that name one. */
  readonly isGone?: (owner: string) => boolean | Promise<boolean>
  /** Scopes older than this, whoever owns them, in milliseconds. */
  readonly olderThanMs?: number
}

const reapOptions = { signal: is.abortSignal, isGone: is.callback, olderThanMs: is.notNegative }

/** The scopes of which containers, networks or volumes are left. */
export async function listScopes(runtime: MandatoryMethods, options: CallOptions = {}): Promise<readonly LeftScope[]> {
  const filter = { labelKeys: [scopeLabel] }
  const found = await Promise.all([
    runtime.listContainers(filter, options),
    runtime.listNetworks(filter, options),
    runtime.listVolumes(filter, options),
  ])
  const scopes = new Map<string, LeftScope>()
  for (const { labels } of found.flat()) {
    const { [scopeLabel]: id = '', [scopeCreatedLabel]: createdAt = '', [scopeOwnerLabel]: owner } = labels
    if (id !== '') scopes.set(id, { id, createdAt, ...(owner !== undefined && { owner }) })
  }
  return [...scopes.values()]
}

/** Removes what is left of dead scopes; living ones and whatever belongs to no scope stay. Rejects: INVALID_ARGUMENT. */
export async function reapScopes(
  runtime: MandatoryMethods,
  options: ReapScopesOptions,
): Promise<readonly (LeftScope & CleanupReport)[]> {
  const { isGone, olderThanMs, signal } = options
  if (isGone === undefined && olderThanMs === undefined) {
    throw invalidArgument(
      'reapScopes',
      'options',
      'given `isGone` or `olderThanMs`: without either every scope would be taken for dead',
    )
  }
  is.object(reapOptions)('reapScopes', 'options', options)
  const call = signal === undefined ? {} : { signal }
  const reaped: (LeftScope & CleanupReport)[] = []
  for (const scope of await listScopes(runtime, call)) {
    const ageMs = Date.now() - Date.parse(scope.createdAt)
    const isOld = olderThanMs !== undefined && ageMs > olderThanMs
    const isOrphan = !isOld && scope.owner !== undefined && (await isGone?.(scope.owner)) === true
    if (isOld || isOrphan)
      reaped.push({ ...scope, ...(await removeLabelled(runtime, { [scopeLabel]: scope.id }, call)) })
  }
  return reaped
}
