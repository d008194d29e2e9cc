import type { PaxRecord } from './pax.ts'

export type TarType =
  | 'file'
  | 'contiguous-file'
  | 'hard-link'
  | 'symlink'
  | 'character-device'
  | 'block-device'
  | 'directory'
  | 'fifo'

/** An entry of an archive, with what PAX and GNU records state of it. */
export interface TarEntry {
  /** Bytes that are not UTF-8 are escaped, see `textOfRaw`. */
  readonly name: string
  readonly linkName: string
  readonly type: TarType
  readonly mode: number
  readonly userId: number
  readonly groupId: number
  /** Seconds since 1970. */
  readonly modifiedAt: number
  /** Of the file that is unpacked, with its holes. */
  readonly sizeBytes: number
  /** Of its content in the archive. */
  readonly storedBytes: number
  /** How its holes are written down, where it has some. */
  readonly sparse: 'none' | 'in-records' | 'in-content'
  readonly records: readonly PaxRecord[]
}
