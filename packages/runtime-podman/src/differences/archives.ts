import type { ArchiveUse, MountKind } from '@moorage/engine-api'
import type { Difference } from './difference.ts'

/**
 * Podman (5.4) packs and unpacks inside of a running container, where it sees what the processes see; but of what is below
 * `/dev`, `/proc` and `/sys` it packs nothing, and answers with success. Of a container that does not run it sees the root
 * alone, and a volume or a bind only when the path itself is on it.
 */
export function archivesMiss(mount: MountKind, { running, access, nested }: ArchiveUse): boolean {
  switch (mount) {
    case 'root':
      return false
    case 'volume':
    case 'bind':
      return nested && !running
    case 'tmpfs':
      return !running
    case 'devices':
      return !running || access === 'read'
    case 'kernel':
      return !running || access !== 'stat'
    case 'engine-file':
      return access === 'write'
  }
}

/**
 * Podman (5.4) takes the path of a `GET` or `HEAD` for a pattern, and answers with another file that matches: `/app/i` for
 * `/app/[id]`. A path with a star it refuses, however it is escaped, so a class of characters that has only the star in it
 * stands for one.
 */
export function archivePattern(path: string): string {
  return path.replace(/[\\?[\]]/g, '\\$&').replaceAll('*', '[^\u{1}-)+-\u{10ffff}]')
}

export const archivePatternDifference: Difference = {
  what: 'Paths of archive calls that read are patterns.',
  seenOn: '5.4',
  forcedBy: 'archives/names/find-exactly-their-file',
}

export const archiveDifference: Difference = {
  what: 'Archive calls see all mounts of a running container, and of one that does not run none below the path.',
  seenOn: '5.4',
  forcedBy: 'archives/mounts/entries-reach-processes-or-are-refused',
}
