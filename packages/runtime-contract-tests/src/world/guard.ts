import { RuntimeError, type Runtime } from '@moorage/runtime-core'
import { describeSight, isOurs, NotOurs, type OwnMarks } from './ownership.ts'
import { inspect, kinds, list, type Kind, type Sight } from './sight.ts'

/** Everything that the guards of one case share. */
export interface Guard {
  /** Inspects and lists; it is open as long as the case. */
  readonly keeper: Runtime
  readonly marks: OwnMarks
  /** Whether this is a reference that the caller of the suite gave to it to pull and to remove. */
  readonly isGivenReference: (reference: string) => boolean
  /** Whether prunes may run beside idle resources of others. */
  readonly mayPrune: boolean
  /** The label of the strangers that stand by in this run. */
  readonly strangerMark?: string
  /** Ids and names that calls of the case created; of a container only after an inspection showed that it is the case's own. */
  readonly created: Set<string>
  /** Ids of containers that an inspection showed to be the case's own. An id is never given to another container. */
  readonly proven: Set<string>
  /** Ids and names that lists answered. */
  readonly listed: Set<string>
  /** Anonymous volumes of containers of the case, which cannot have labels. */
  readonly adopted: Set<string>
  /** Why the case cannot be tested on this engine without danger for the resources of others. */
  notTestable?: string
  /** Whether something was removed or changed on the engine. */
  hasTouched: boolean
}

/**
 * Rejects unless an inspection shows that the resource is ours. A reference without a resource is let through if the case itself
 * made it up: that is how calls for missing resources are tested.
 */
export async function insist(guard: Guard, kind: Kind, reference: string): Promise<void> {
  if ((await insistUntouched(guard, kind, reference)) !== undefined) guard.hasTouched = true
}

/** The same for a container that is not removed: one inspection of an id is enough, and every one of a name is needed. */
export async function insistOnContainer(guard: Guard, reference: string): Promise<void> {
  if (guard.proven.has(reference)) return
  const sight = await insistUntouched(guard, 'container', reference)
  if (sight !== undefined) guard.proven.add(sight.id)
}

/**
 * Takes what a call of the case created for the case's own if an inspection shows it: a broken adapter may answer the id of a
 * container of others. One that does not exist any more may have removed itself.
 */
export async function confirmCreated(
  guard: Guard,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<void> {
  await insistOnContainer(guard, id)
  guard.created.add(id).add(name)
}

/** Returns the inspected resource, if there is one. */
async function insistUntouched(guard: Guard, kind: Kind, reference: string): Promise<Sight | undefined> {
  const sight = await inspectGiven(guard.keeper, kind, reference)
  if (sight === undefined) {
    if (guard.listed.has(reference) && !guard.created.has(reference))
      throw new NotOurs(`${kind} ${reference} was listed and cannot be inspected: it was not touched`)
    return undefined
  }
  const isAdopted = kind === 'volume' && guard.adopted.has(sight.name)
  if (!isAdopted && !(await isOurs(guard.keeper, sight, guard.marks)))
    throw new NotOurs(`${describeSight(sight)} does not carry the labels of the case: it was not touched`)
  return sight
}

/** The resource that a case named; `undefined` also for what cannot be a reference, which the runtime itself must refuse. */
async function inspectGiven(keeper: Runtime, kind: Kind, reference: string): Promise<Sight | undefined> {
  try {
    return await inspect(keeper, kind, reference)
  } catch (error) {
    // A case that did not end in time finds the keeper closed, and its own runtime too.
    if (RuntimeError.is(error, 'INVALID_ARGUMENT') || RuntimeError.is(error, 'RUNTIME_CLOSED')) return undefined
    throw error
  }
}

/**
 * Lets a case remove an anonymous volume: one that a container of the case mounts, and that is no older than the container.
 * Engines report the creation time of volumes in seconds.
 */
export async function adoptVolume(guard: Guard, container: string, name: string): Promise<void> {
  await insist(guard, 'container', container)
  const { createdAt, mounts } = await guard.keeper.inspectContainer(container)
  const volume = await guard.keeper.inspectVolume(name)
  const isMounted = mounts.some(({ type, source }) => type === 'volume' && source === name)
  const wholeSeconds = (time: string): number => Math.floor(Date.parse(time) / 1000)
  if (!isMounted || !(wholeSeconds(volume.createdAt) >= wholeSeconds(createdAt)))
    throw new NotOurs(`volume ${name} was not made with container ${container}: it was not touched`)
  guard.adopted.add(name)
}

/** A name of an image that the suite gave, or was given for this, may be removed; an id only if every name is such a one. */
export async function insistOnImage(guard: Guard, reference: string): Promise<void> {
  const isOwnName = (name: string): boolean => guard.marks.isOwnName(name) || guard.isGivenReference(name)
  if (isOwnName(reference)) return
  const sight = await inspectGiven(guard.keeper, 'image', reference)
  const tags = sight?.tags ?? []
  if (sight !== undefined && tags.length > 0 && tags.every(isOwnName)) return
  await insist(guard, 'image', reference)
}

/** Compose finds what it removes by lists: each list must leave others out. */
export async function checkFilters(guard: Guard): Promise<void> {
  for (const kind of kinds) await checkFilter(guard, kind)
  const found = await guard.keeper.findContainer({ labels: guard.marks.labels })
  if (found !== undefined) await insist({ ...guard, listed: new Set([found.id]) }, 'container', found.id)
}

/** Rejects if the list of a kind answers anything that is not ours to the labels of the case. */
export async function checkFilter(guard: Guard, kind: Kind, labels = guard.marks.labels): Promise<void> {
  for (const row of await list(guard.keeper, kind, { labels })) {
    const sight = await inspect(guard.keeper, kind, row.id)
    if (sight !== undefined && !(await isOurs(guard.keeper, sight, { ...guard.marks, labels })))
      throw new NotOurs(`a list that was filtered by labels answered ${describeSight(sight)}, which lacks them`)
  }
}
