import type { TarEntry } from './entry.ts'
import { scanTar } from './scan.ts'
import { partsOf, withHoles, type FilePart } from './sparse.ts'

export interface TarFile {
  readonly entry: TarEntry
  /** The unpacked content. Read either this or `parts`, before the next entry is requested, or neither. */
  readonly content: AsyncIterable<Uint8Array>
  /** The same without the holes of a sparse file. */
  readonly parts: AsyncIterable<FilePart>
}

/**
 * The entries of an archive, one after the other; throws `TarFault` as `scanTar` does. What follows the archive's end is
 * read to the last byte, as whatever writes it expects, unless `leavesAtEnd`.
 */
export async function* tarFiles(
  archive: AsyncIterable<Uint8Array>,
  { leavesAtEnd = false }: { readonly leavesAtEnd?: boolean } = {},
): AsyncGenerator<TarFile, undefined> {
  const pieces = scanTar(archive)
  try {
    let piece = await pieces.next()
    async function* stored(): AsyncGenerator<Uint8Array, undefined> {
      while (piece.done !== true && piece.value.kind === 'content') {
        yield piece.value.bytes
        piece = await pieces.next()
      }
    }
    while (piece.done !== true) {
      const current = piece.value
      if (current.kind === 'end' && leavesAtEnd) break
      piece = await pieces.next()
      if (current.kind !== 'entry') continue
      const { entry } = current
      const parts = partsOf(entry, stored())
      yield { entry, parts, content: entry.sparse === 'none' ? stored() : withHoles(entry, parts) }
    }
  } finally {
    await pieces.return(undefined)
  }
  return undefined
}
