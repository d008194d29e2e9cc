import { TarFault } from './fault.ts'
import { readNumber, readOctal } from './numbers.ts'

export const BLOCK_BYTES = 512

/** Where the fields of a header block are. */
export const fields = {
  name: [0, 100],
  mode: [100, 108],
  userId: [108, 116],
  groupId: [116, 124],
  size: [124, 136],
  modifiedAt: [136, 148],
  checksum: [148, 156],
  type: [156, 157],
  linkName: [157, 257],
  magic: [257, 263],
  version: [263, 265],
  userName: [265, 297],
  groupName: [297, 329],
  deviceMajor: [329, 337],
  deviceMinor: [337, 345],
  prefix: [345, 500],
  starPrefix: [345, 476],
  starTrailer: [508, 512],
} as const

type Field = keyof typeof fields

/** One header block, before PAX and GNU records have their say. Names are bytes, one per character. */
export interface HeaderBlock {
  readonly name: string
  readonly linkName: string
  /** The type flag: one character. */
  readonly type: string
  readonly mode: number
  readonly userId: number
  readonly groupId: number
  readonly size: number
  /** Seconds since 1970. */
  readonly modifiedAt: number
}

function fieldOf(block: Uint8Array, field: Field): Uint8Array {
  const [start, end] = fields[field]
  return block.subarray(start, end)
}

/** A header block as the engines read one, which is as Go's archive/tar does. */
export function readBlock(block: Uint8Array): HeaderBlock {
  if (!hasRightChecksum(block)) throw new TarFault('a header has a wrong checksum')
  const number = (field: Field): number => readNumber(fieldOf(block, field), field)
  const prefix = prefixOf(block)
  if (magicOf(block) !== '') {
    number('deviceMajor')
    number('deviceMinor')
  }
  const name = textOf(fieldOf(block, 'name'))
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: textOf(fieldOf(block, 'linkName')),
    type: Buffer.from(fieldOf(block, 'type')).toString('latin1'),
    mode: number('mode'),
    userId: number('userId'),
    groupId: number('groupId'),
    size: number('size'),
    modifiedAt: number('modifiedAt'),
  }
}

/** What stands before the first NUL, as one character per byte. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)).toString('latin1')
}

function prefixOf(block: Uint8Array): string {
  const magic = magicOf(block)
  if (magic === 'ustar\0') {
    const isStar = Buffer.from(fieldOf(block, 'starTrailer')).toString('latin1') === 'tar\0'
    return textOf(fieldOf(block, isStar ? 'starPrefix' : 'prefix'))
  }
  // GNU keeps times there. Some readers take what is no time for a prefix, and others do not.
  if (magic === 'ustar ') {
    for (const start of [345, 357]) readNumber(block.subarray(start, start + 12), 'time')
  }
  return ''
}

/** As Go compares: GNU's magic counts only together with its version. `''` is the format from before ustar. */
function magicOf(block: Uint8Array): 'ustar\0' | 'ustar ' | '' {
  const magic = Buffer.from(fieldOf(block, 'magic')).toString('latin1')
  if (magic === 'ustar\0') return magic
  const version = Buffer.from(fieldOf(block, 'version')).toString('latin1')
  return magic === 'ustar ' && version === ' \0' ? magic : ''
}

function hasRightChecksum(block: Uint8Array): boolean {
  const { unsigned, signed } = checksums(block)
  try {
    const stated = readOctal(fieldOf(block, 'checksum'), 'checksum')
    return stated === unsigned || stated === signed
  } catch {
    return false
  }
}

function checksums(block: Uint8Array): { readonly unsigned: number; readonly signed: number } {
  const [start, end] = fields.checksum
  let unsigned = 0
  let signed = 0
  block.forEach((byte, index) => {
    const counted = index >= start && index < end ? 0x20 : byte
    unsigned += counted
    signed += counted > 0x7f ? counted - 0x100 : counted
  })
  return { unsigned, signed }
}

/** Writes the checksum of a block that was changed. */
export function sealBlock(block: Uint8Array): void {
  const { unsigned } = checksums(block)
  block.set(Buffer.from(`${unsigned.toString(8).padStart(6, '0')}\0 `, 'latin1'), fields.checksum[0])
}

export function isZeroBlock(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0)
}
