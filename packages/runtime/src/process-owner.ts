import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Everything that a process id means something in; where there is no `/proc`, the host alone. */
function surroundings(): string {
  return [hostname(), read('/proc/sys/kernel/random/boot_id'), link('/proc/self/ns/pid')].join('/')
}

/**
 * This process, in words that `ownerIsGone` can check in a later one: give them to `createResourceScope` as its `owner`.
 * They name the host, its boot, the namespace of process ids, and the id.
 */
export function processOwner(): string {
  return `${surroundings()}/${process.pid}`
}

/**
 * Whether a process that `processOwner` named is surely gone: give it to `reapScopes` as `isGone`. Of another host, another
 * boot or another namespace nobody here can tell, so that the answer is no; `olderThanMs` is for those.
 */
export function ownerIsGone(owner: string): boolean {
  const at = owner.lastIndexOf('/')
  const pid = Number(owner.slice(at + 1))
  if (owner.slice(0, at) !== surroundings() || !Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    // EPERM is somebody else's process: it lives.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
