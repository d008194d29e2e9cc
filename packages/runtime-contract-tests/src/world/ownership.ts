import { matchesLabels, type Runtime } from '@moorage/runtime-core'
import { creationLabel } from './labels.ts'
import { inspect, type Sight } from './sight.ts'

type Labels = Readonly<Record<string, string>>

/** Something that the suite was about to remove or change, and that is not its own. */
export class NotOurs extends Error {}

/** How to recognise what belongs to a case, or to a run. */
export interface OwnMarks {
  /** Set on every resource. */
  readonly labels: Labels
  /** Whether a name of an image is one that the suite made up. */
  readonly isOwnName: (name: string) => boolean
  /** Whether the suite itself created the container. Default: it did not. */
  readonly hasCreated?: (id: string) => boolean
}

/** Names that scopes give to images while they are built. */
function isScopeName(name: string): boolean {
  return name.startsWith('moorage.invalid/scope/')
}

/**
 * Whether an inspection shows that the resource is ours. Labels of images are inherited by containers, so that a container whose
 * image has the same ones must have been given a value of its own; images that others named are theirs.
 */
export async function isOurs(runtime: Runtime, sight: Sight, marks: OwnMarks): Promise<boolean> {
  const { labels, isOwnName, hasCreated = () => false } = marks
  if (!matchesLabels(sight.labels, { labels })) return false
  if (sight.kind === 'image') return (sight.tags ?? []).every((tag) => isOwnName(tag) || isScopeName(tag))
  if (sight.kind !== 'container' || hasCreated(sight.id)) return true
  const inherited = (await inspect(runtime, 'image', sight.imageId ?? ''))?.labels
  if (inherited === undefined) return false
  if (!matchesLabels(inherited, { labels })) return true
  const creation = sight.labels[creationLabel]
  return creation !== undefined && creation !== inherited[creationLabel]
}

/** As a person would name it. */
export function describeSight({ kind, name }: Pick<Sight, 'kind' | 'name'>): string {
  return `${kind} ${name}`
}
