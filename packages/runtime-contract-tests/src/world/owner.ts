import { hostname } from 'node:os'
import type { Runtime } from '@moorage/runtime-core'
import { ownerLabel, runLabel } from './labels.ts'
import { removeLeftovers } from './leftovers.ts'

/** The process that a run belongs to, in words that a later one can check. */
export const thisOwner = `${hostname()}/${process.pid}`

/** Removes what runs of this machine have left whose process is gone: one that was killed could not clean up. */
export async function removeDeadRuns(runtime: Runtime, signal: AbortSignal): Promise<readonly string[]> {
  const filter = { labelKeys: [runLabel, ownerLabel] }
  const options = { signal }
  const found = await Promise.all([
    runtime.listContainers(filter, options),
    runtime.listNetworks(filter, options),
    runtime.listVolumes(filter, options),
  ])
  const owners = new Set(found.flat().map(({ labels }) => labels[ownerLabel] ?? ''))
  const left: string[] = []
  for (const owner of owners) {
    if (isGone(owner)) left.push(...(await removeLeftovers(runtime, { [ownerLabel]: owner }, signal)))
  }
  return left
}

/** Of another machine nobody here can tell. */
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
