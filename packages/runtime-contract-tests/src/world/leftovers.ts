import type { Runtime } from '@moorage/runtime-core'
import { describeSight, isOurs, type OwnMarks } from './ownership.ts'
import { inspect, kinds, list, remove } from './sight.ts'

export interface Leftovers {
  /** What was left and has been removed, as `container NAME`. */
  readonly removed: readonly string[]
  /** What the lists answered and is not ours: it was not touched. */
  readonly foreign: readonly string[]
}

/** Removes the resources that still carry the labels: those of which an inspection shows it, whatever the lists answer. */
export async function removeLeftovers(runtime: Runtime, marks: OwnMarks, signal: AbortSignal): Promise<Leftovers> {
  const removed: string[] = []
  const foreign: string[] = []
  for (const kind of kinds) {
    for (const row of await list(runtime, kind, { labels: marks.labels }, signal)) {
      const sight = await inspect(runtime, kind, row.id, signal)
      if (sight === undefined) continue
      if (await isOurs(runtime, sight, marks)) {
        removed.push(`${kind} ${sight.name}`)
        await remove(runtime, sight, signal)
      } else foreign.push(describeSight(sight))
    }
  }
  return { removed, foreign }
}

/** The failure of a case whose list answered resources that do not match its filter. */
export function foreignText(foreign: readonly string[]): readonly string[] {
  if (foreign.length === 0) return []
  const some = foreign.slice(0, 3).join(', ')
  const more = foreign.length > 3 ? ` and ${foreign.length - 3} more` : ''
  return [`a list that was filtered by the labels of the case answered ${some}${more}, not of the case: not touched`]
}
