import type { RuntimeError } from '@moorage/runtime-core'
import { posix } from 'node:path'
import { inspectJson, runs } from '../containers/inspect.ts'
import type { ContainerJson } from '../containers/json.ts'
import { ownFailure, type Call } from '../errors/failure.ts'
import { throughDirectories } from './links.ts'
import { isEveryContainers, mountOf, mountsBelow, mountsOf, type ArchiveAccess, type PathMount } from './mounts.ts'
import { normalPath } from './paths.ts'

type Refusal = RuntimeError<'UNSUPPORTED'>

/**
 * Where the engine's archive calls and the container's processes mean the same file. An engine packs and unpacks in a view
 * of its own, in which some mounts are absent: a file that it writes below one of them never reaches a process.
 */
export interface Reach {
  /** Rejects with UNSUPPORTED for a path on a mount that the engine does not reach, or must not write to. */
  readonly check: (path: string) => Promise<void>
  /** The same, also where only the links of the path can lead there. */
  readonly checkThroughLinks: (path: string) => Promise<void>
  /** The same for all that is below a directory. */
  readonly checkBelow: (directory: string) => Promise<void>
  /** Throws UNSUPPORTED for a file that is a mount by itself: no engine replaces it. */
  readonly checkReplaced: (file: string) => void
  /** The refusal of an entry of an archive that is unpacked into the directory. */
  readonly entryRefusal: (directory: string) => (name: string) => Refusal | undefined
  /** The refusal of a path that the engine did not write to, where its mount is read-only. */
  readonly readOnlyRefusal: (path: string, cause: unknown) => Refusal | undefined
}

/** What a call does with which container. */
export interface ReachSubject {
  readonly id: string
  readonly access: ArchiveAccess
}

interface RefusalDetails {
  readonly field?: 'path' | 'archive'
  /** The path is that of a directory above the mount. */
  readonly nested?: boolean
  readonly cause?: unknown
}

/** `GET /containers/{id}/json`. */
export async function openReach(call: Call, subject: ReachSubject, signal: AbortSignal | undefined): Promise<Reach> {
  return reachOf(call, subject, await inspectJson(call.client, subject.id, signal), signal)
}

export function reachOf(
  call: Call,
  { id, access }: ReachSubject,
  json: ContainerJson,
  signal: AbortSignal | undefined,
): Reach {
  const { dialect } = call.client
  const mounts = mountsOf(json)
  const running = runs(call.client, json)
  const isMissed = ({ kind }: PathMount, nested: boolean): boolean =>
    dialect.archivesMiss(kind, { running, access, nested })
  /** A running engine refuses to write to a read-only root by itself; Podman has writable directories in it. */
  const isReadOnly = ({ kind, readOnly }: PathMount): boolean =>
    access === 'write' && readOnly && !(kind === 'root' && running)
  const isRefused = (mount: PathMount): boolean => isMissed(mount, false) || isReadOnly(mount)
  const refusal = (
    mount: PathMount,
    path: string,
    { field = 'path', nested = false, cause }: RefusalDetails = {},
  ): Refusal => {
    const text =
      isMissed(mount, nested) || !mount.readOnly
        ? missedText(dialect.engineName, mount, { path, running })
        : `\`${path}\` is on the read-only mount at \`${mount.target}\`, and nothing was written. Mount it writable.`
    return ownFailure(call, 'UNSUPPORTED', { field }, text, cause === undefined ? {} : { cause })
  }
  const walked = (path: string): Promise<string> => throughDirectories(call, { id, path, signal })
  const refusesMore = mounts.some((mount) => !isEveryContainers(mount) && isRefused(mount))
  /** Links above the last part cost a request each, and matter only where there is something that they can lead to. */
  const realPath = async (path: string): Promise<string> =>
    refusesMore || path.split('/').some((part) => hiddenNames.has(part)) ? walked(path) : path
  const throwRefused = (path: string, asGiven: string): void => {
    const mount = mountOf(mounts, path)
    if (isRefused(mount)) throw refusal(mount, asGiven)
  }

  return {
    async check(path) {
      const whole = normalPath(path)
      // The engine follows no links within a mount that it does not see; links of the root may lead into one.
      if (mountOf(mounts, whole).kind !== 'root') throwRefused(whole, path)
      throwRefused(await realPath(whole), path)
    },
    async checkThroughLinks(path) {
      throwRefused(await walked(normalPath(path)), path)
    },
    async checkBelow(directory) {
      const below = mountsBelow(mounts, await realPath(normalPath(directory)))
      const missed = below.find((mount) => !isEveryContainers(mount) && isMissed(mount, true))
      if (missed !== undefined) throw refusal(missed, directory, { nested: true })
    },
    checkReplaced(file) {
      const mount = mountOf(mounts, file)
      if (mount.target === normalPath(file)) throw refusal(mount, file)
    },
    entryRefusal(directory) {
      const below = mountsBelow(mounts, directory)
      return (name) => {
        const path = normalPath(posix.join('/', directory, name))
        const mount = below.length === 0 ? undefined : mountOf(mounts, path)
        if (mount === undefined || !below.includes(mount) || (mount.target === path && mount.kind !== 'engine-file'))
          return undefined
        const nested = isMissed(mount, true)
        return nested || isRefused(mount) ? refusal(mount, path, { field: 'archive', nested }) : undefined
      }
    },
    readOnlyRefusal(path, cause) {
      const mount = mountOf(mounts, path)
      return mount.readOnly && access === 'write' ? refusal(mount, path, { cause }) : undefined
    },
  }
}

/** The last parts of what every container has mounts at: a directory of such a name may be one of them, seen through a link. */
const hiddenNames: ReadonlySet<string> = new Set(['dev', 'proc', 'sys', 'shm', 'pts', 'mqueue'])

function missedText(
  engine: string,
  { kind, target }: PathMount,
  { path, running }: { readonly path: string; readonly running: boolean },
): string {
  const program = `\`execContainer\` with a program of the image, such as \`tar\` or \`cat\` with \`stdin\``
  const mounted = `\`${path}\` is on, or above, the mount at \`${target}\``
  if (kind === 'volume' || kind === 'bind')
    return `${mounted}, which the archive calls of ${engine} pass by. Use \`${target}\` itself as the path, or call ${program}.`
  if (kind === 'engine-file')
    return `${mounted}, a file that ${engine} writes. Use the spec's \`extraHosts\`, \`hostname\` or \`dns\`, or call ${program}.`
  const otherwise = kind === 'tmpfs' ? ', or mount a volume there' : ''
  return running
    ? `${mounted}, which the archive calls of ${engine} do not reach. Call ${program}${otherwise}.`
    : `${mounted}, whose files exist only while the container runs. Start it, and call ${program}${otherwise}.`
}
