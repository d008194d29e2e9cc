import { invalidArgument, leavesDirectory } from '@moorage/runtime-core'
import { TarFault } from './fault.ts'
import { ownedByRoot } from './owner.ts'
import { scanTar, type TarPiece } from './scan.ts'
import { ArchiveWalls } from './walls.ts'

/**
 * This much of an archive is checked before a byte of it is sent, so that a refused one leaves nothing behind. Of a longer
 * one, the entries before the refused one may have been unpacked by then.
 */
export const CHECKED_AHEAD_BYTES = 16 * 1024 * 1024

export interface ArchiveChecks {
  /** The path of the directory that the archive is unpacked into: as it was given, and last with its links followed. */
  readonly directories: readonly string[]
  readonly preserveOwner: boolean
  /** The engine refuses symbolic links whose relative target leaves the directory, in the middle of the archive. Default false. */
  readonly refusesLinksThatLeadOut?: boolean
  /** The refusal of what would be unpacked at this path below the directory. */
  readonly refuseEntry?: (path: string) => Error | undefined
}

/**
 * The bytes of an archive for copyToContainer as they are, once they have been read as the engine will read them; rejects with INVALID_ARGUMENT
 * at the first entry that leaves the directory or would become something else. Unless `preserveOwner`, the owners in its
 * headers are set to root: engines have a parameter for it that means one thing on Docker, another on Podman, and nothing
 * in a container that has no user configured. The source may reuse its buffer once `next()` is called again; a yielded
 * chunk is valid until this generator's own `next()` is called again.
 */
export async function* checkedArchive(
  archive: AsyncIterable<Uint8Array>,
  checks: ArchiveChecks,
): AsyncGenerator<Uint8Array, undefined> {
  const check = entryCheck(checks)
  let ahead: Uint8Array[] = []
  let aheadBytes = 0
  let hasEntry = false
  try {
    for await (const piece of scanTar(archive)) {
      check(piece)
      hasEntry ||= piece.kind === 'entry'
      const bytes = piece.kind === 'entry' && !checks.preserveOwner ? ownedByRoot(piece) : piece.bytes
      aheadBytes += bytes.byteLength
      if (aheadBytes > CHECKED_AHEAD_BYTES) {
        yield* ahead
        ahead = []
        yield bytes
      } else {
        // The source may reuse its buffer once it is asked for its next chunk.
        ahead.push(piece.kind === 'content' || piece.kind === 'end' ? new Uint8Array(bytes) : bytes)
      }
    }
  } catch (error) {
    throw error instanceof TarFault ? refused(`a tar stream (${error.message})`) : error
  }
  if (!hasEntry) throw refused('a tar stream with at least one entry')
  yield* ahead
}

function entryCheck({
  directories,
  preserveOwner,
  refusesLinksThatLeadOut = false,
  refuseEntry,
}: ArchiveChecks): (piece: TarPiece) => void {
  const walls = new ArchiveWalls(directories)
  return (piece) => {
    if (piece.kind === 'global') {
      if (leavesDirectory(piece.name)) throw leaving(`\`${piece.name}\` leaves it`)
      const owner = preserveOwner ? ['uid', 'gid'].find((key) => piece.values.has(key)) : undefined
      if (owner !== undefined) throw refused(`an archive without the global PAX record ${owner}, which engines ignore`)
    }
    if (piece.kind !== 'entry') return
    const { entry } = piece
    const placement = walls.place(entry)
    if (placement.breach !== undefined) throw leaving(placement.breach)
    const refusal = refuseEntry?.(placement.path)
    if (refusal !== undefined) throw refusal
    if (refusesLinksThatLeadOut && entry.type === 'symlink' && walls.leadsOut(entry))
      throw leaving(`the symbolic link \`${entry.name}\` leads out of it, which this engine refuses`)
    if (entry.type === 'contiguous-file')
      throw refused(`an archive without contiguous files (\`${entry.name}\` is one)`)
  }
}

function leaving(why: string): Error {
  return refused(`an archive whose entries stay within the directory: ${why}`)
}

function refused(expected: string): Error {
  return invalidArgument('copyToContainer', 'archive', expected)
}
