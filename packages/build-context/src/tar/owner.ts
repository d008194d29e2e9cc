import { BLOCK_BYTES, fields, sealBlock } from './block.ts'
import type { TarPiece } from './scan.ts'

/**
 * The headers of an entry, which then belongs to root: its numeric owner and its PAX records of one are set to 0, and its
 * checksum anew. Every other byte, and the length, stay as they were.
 */
export function ownedByRoot({ bytes, entry, owner }: Extract<TarPiece, { readonly kind: 'entry' }>): Uint8Array {
  if (entry.userId === 0 && entry.groupId === 0) return bytes
  const changed = Uint8Array.from(bytes)
  for (const { offset, byteLength } of owner.records) changed.fill(0x30, offset, offset + byteLength)
  const header = changed.subarray(owner.headerOffset, owner.headerOffset + BLOCK_BYTES)
  for (const [start, end] of [fields.userId, fields.groupId]) {
    header.fill(0x30, start, end - 1)
    header[end - 1] = 0
  }
  sealBlock(header)
  return changed
}
