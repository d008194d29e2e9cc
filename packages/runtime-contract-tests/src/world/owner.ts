import { hostname } from 'node:os'
import type { Runtime } from '@moorage/runtime-core'
import { namePrefix, ownerLabel, runLabel, strangerLabel, strangerOwnerLabel, strangerPrefix } from './labels.ts'
import { isOurs, type OwnMarks } from './ownership.ts'
import { inspect, kinds, list, remove } from './sight.ts'

/** The process that a run belongs to, in a form that a later process can check. */
export const thisOwner = `${hostname()}/${process.pid}`

const families = [
  { keys: [runLabel, ownerLabel], owner: ownerLabel, prefix: namePrefix },
  { keys: [strangerLabel, strangerOwnerLabel], owner: strangerOwnerLabel, prefix: strangerPrefix },
] as const

/**
 * Removes what runs of this machine have left whose process is gone: a process that was killed could not clean up. The labels are
 * read from an inspection of each resource, not from a list.
 */
export async function removeDeadRuns(runtime: Runtime, signal: AbortSignal): Promise<readonly string[]> {
  const removed: string[] = []
  for (const { keys, owner: key, prefix } of families) {
    for (const kind of kinds) {
      for (const { id } of await list(runtime, kind, { labelKeys: keys }, signal)) {
        const sight = await inspect(runtime, kind, id, signal)
        const owner = sight?.labels[key]
        if (sight === undefined || owner === undefined || !isGone(owner)) continue
        const marks: OwnMarks = { labels: { [key]: owner }, isOwnName: (name) => name.includes(prefix) }
        if (!(await isOurs(runtime, sight, marks))) continue
        try {
          await remove(runtime, sight, signal)
          removed.push(`${kind} ${sight.name}`)
        } catch {
          // It is in use: it is not what this run is about, and the next one tries again.
          signal.throwIfAborted()
        }
      }
    }
  }
  return removed
}

/** An owner on another machine cannot be checked here. */
function isGone(owner: string): boolean {
  const [host, pid] = owner.split('/')
  if (host !== hostname() || pid === undefined) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}
