import type { CallOptions } from '../call-options.ts'
import { invalidArgument } from '../errors.ts'
import * as is from '../guard/checks.ts'
import type { MandatoryMethods } from '../runtime.ts'
import { removeScope, type CleanupReport } from './cleanup.ts'
import {
  scopeCreatedLabel,
  scopeImageCreatedLabel,
  scopeImageLabel,
  scopeImageOwnerLabel,
  scopeLabel,
  scopeOwnerLabel,
} from './labels.ts'
import { ImageLabels, noMemory, whyKeepContainer, whyKeepImage, whyKeepOther, type Reason } from './ownership.ts'

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

type Labels = Readonly<Record<string, string>>

/** Where the labels of a resource name its scope. */
const onContainers = { id: scopeLabel, createdAt: scopeCreatedLabel, owner: scopeOwnerLabel }
const onImages = { id: scopeImageLabel, createdAt: scopeImageCreatedLabel, owner: scopeImageOwnerLabel }

/**
 * The scopes of which containers, networks, volumes or images are left. Labels that a container or an image only inherited name
 * no scope.
 */
export async function listScopes(runtime: MandatoryMethods, options: CallOptions = {}): Promise<readonly LeftScope[]> {
  const filter = { labelKeys: [scopeLabel] }
  const [containers, networks, volumes, images] = await Promise.all([
    runtime.listContainers(filter, options),
    runtime.listNetworks(filter, options),
    runtime.listVolumes(filter, options),
    runtime.listImages({ labelKeys: [scopeImageLabel] }, options),
  ])
  const imageLabels = new ImageLabels(runtime, options)
  const scopes = new Map<string, LeftScope>()
  const add = async (
    labels: Labels,
    keys: typeof onContainers,
    whyNot: (scopeId: string) => Reason | Promise<Reason>,
  ): Promise<void> => {
    const { [keys.id]: id = '', [keys.createdAt]: createdAt = '', [keys.owner]: owner } = labels
    if (id === '' || (await whyNot(id)) !== undefined) return
    scopes.set(id, { id, createdAt, ...(owner !== undefined && { owner }) })
  }
  for (const container of containers)
    await add(container.labels, onContainers, (id) => whyKeepContainer(container, id, noMemory, imageLabels))
  for (const { labels } of [...networks, ...volumes]) await add(labels, onContainers, (id) => whyKeepOther(labels, id))
  for (const image of images) await add(image.labels, onImages, (id) => whyKeepImage(image, id))
  return [...scopes.values()]
}

/**
 * Removes what is left of dead scopes; living ones stay, and so does everything that belongs to no scope, whatever labels it
 * inherited from an image. Rejects: INVALID_ARGUMENT.
 */
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
    if (isOld || isOrphan) reaped.push({ ...scope, ...(await removeScope(runtime, scope.id, noMemory, call)) })
  }
  return reaped
}
