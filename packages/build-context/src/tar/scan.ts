import { BLOCK_BYTES, isZeroBlock, readBlock, textOf, type HeaderBlock } from './block.ts'
import type { TarEntry, TarType } from './entry.ts'
import { TarFault } from './fault.ts'
import { readDecimal } from './numbers.ts'
import { paxValues, readPax, type PaxRecord } from './pax.ts'
import { ByteReader } from './reader.ts'
import { sparseLayout } from './sparse.ts'
import { textOfRaw } from './text.ts'

/** The longest PAX header, and the longest GNU long name: engines refuse longer ones. */
export const MAX_METADATA_BYTES = 1024 * 1024

const MAX_PIECE_BYTES = 1024 * 1024

/** Where an entry's owner is written down within its blocks. */
export interface OwnerFields {
  readonly headerOffset: number
  readonly records: readonly { readonly offset: number; readonly byteLength: number }[]
}

/** A part of an archive. The bytes of all parts, one after the other, are the archive. */
export type TarPiece =
  /** The bytes are a copy of the entry's PAX headers, long names and header. */
  | { readonly kind: 'entry'; readonly entry: TarEntry; readonly owner: OwnerFields; readonly bytes: Uint8Array }
  | {
      readonly kind: 'global'
      readonly name: string
      readonly values: ReadonlyMap<string, string>
      readonly bytes: Uint8Array
    }
  | { readonly kind: 'content'; readonly bytes: Uint8Array }
  /** What fills a block. */
  | { readonly kind: 'filler'; readonly bytes: Uint8Array }
  /** Blocks of zeros, and what follows them. */
  | { readonly kind: 'end'; readonly bytes: Uint8Array }

const types: Readonly<Record<string, TarType>> = {
  '0': 'file',
  '\0': 'file',
  '1': 'hard-link',
  '2': 'symlink',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'directory',
  '6': 'fifo',
  '7': 'contiguous-file',
}

/** What precedes an entry's header and is about it. */
class Metadata {
  readonly blocks: Uint8Array[] = []
  byteLength = 0
  records: readonly PaxRecord[] | undefined
  recordsOffset = 0
  longName: string | undefined
  longLink: string | undefined

  add(...blocks: readonly Uint8Array[]): void {
    for (const block of blocks) {
      this.blocks.push(block)
      this.byteLength += block.byteLength
    }
  }
}

/**
 * The parts of a tar archive as they arrive, read as the engines read them: ustar, PAX, GNU long names, numbers in base 256.
 * Throws `TarFault` for what is no archive, or has entries of a type that would be unpacked as something else.
 */
export async function* scanTar(archive: AsyncIterable<Uint8Array>): AsyncGenerator<TarPiece, undefined> {
  await using reader = new ByteReader(archive)
  let metadata = new Metadata()
  for (;;) {
    const block = await reader.exactly(BLOCK_BYTES)
    if (block.byteLength === 0 || isZeroBlock(block)) {
      if (metadata.byteLength > 0) throw new TarFault('it ends after a header that belongs to another one')
      if (block.byteLength > 0) yield* ending(reader, block)
      return undefined
    }
    if (block.byteLength < BLOCK_BYTES) throw new TarFault('it ends within a header')
    const header = readBlock(block)
    if (header.type === 'g') {
      // Engines differ in whether the entry's own headers still apply.
      if (metadata.byteLength > 0) throw new TarFault('a global PAX header stands between an entry and its own headers')
      const { content, blocks } = await metadataOf(reader, header)
      yield {
        kind: 'global',
        name: textOfRaw(header.name),
        values: globalValues(content),
        bytes: joined([block, ...blocks]),
      }
      continue
    }
    if (['x', 'L', 'K'].includes(header.type)) {
      const { content, blocks } = await metadataOf(reader, header)
      note(metadata, header.type, content)
      metadata.add(block, ...blocks)
      continue
    }
    const entry = entryOf(header, metadata)
    metadata.add(block)
    yield { kind: 'entry', entry, owner: ownerFields(metadata), bytes: joined(metadata.blocks) }
    metadata = new Metadata()
    yield* contentOf(reader, entry)
  }
}

/** The second block of zeros, and what follows it; nothing need follow the first. */
async function* ending(reader: ByteReader, first: Uint8Array): AsyncGenerator<TarPiece, undefined> {
  if (first.byteLength < BLOCK_BYTES) throw new TarFault('it ends within a header')
  yield { kind: 'end', bytes: first }
  const second = await reader.exactly(BLOCK_BYTES)
  if (second.byteLength === 0) return
  if (second.byteLength < BLOCK_BYTES || !isZeroBlock(second)) throw new TarFault('a header is empty')
  for (let bytes: Uint8Array | undefined = second; bytes !== undefined; bytes = await reader.some(MAX_PIECE_BYTES))
    yield { kind: 'end', bytes }
}

async function* contentOf(reader: ByteReader, { name, storedBytes }: TarEntry): AsyncGenerator<TarPiece, undefined> {
  for (let leftBytes = storedBytes; leftBytes > 0;) {
    const bytes = await reader.some(Math.min(leftBytes, MAX_PIECE_BYTES))
    if (bytes === undefined) throw new TarFault(`it ends within \`${name}\``)
    leftBytes -= bytes.byteLength
    yield { kind: 'content', bytes }
  }
  // Engines do not miss it at the end.
  const bytes = await reader.exactly(fillerBytes(storedBytes))
  if (bytes.byteLength > 0) yield { kind: 'filler', bytes }
}

function fillerBytes(byteLength: number): number {
  return (BLOCK_BYTES - (byteLength % BLOCK_BYTES)) % BLOCK_BYTES
}

async function metadataOf(
  reader: ByteReader,
  { size }: HeaderBlock,
): Promise<{ readonly content: Uint8Array; readonly blocks: readonly Uint8Array[] }> {
  if (size < 0 || size > MAX_METADATA_BYTES)
    throw new TarFault(`a PAX header or a long name has more than ${MAX_METADATA_BYTES} bytes`)
  const padded = await reader.exactly(size + fillerBytes(size))
  if (padded.byteLength < size) throw new TarFault('it ends within a PAX header or a long name')
  return { content: padded.subarray(0, size), blocks: [padded] }
}

/** Readers differ in which of two they follow. */
function note(metadata: Metadata, type: string, content: Uint8Array): void {
  const isSecond =
    type === 'x' ? metadata.records : type === 'L' ? metadata.longName : type === 'K' ? metadata.longLink : undefined
  if (isSecond !== undefined) throw new TarFault('two PAX headers, or two long names, are for one entry')
  if (type === 'x') {
    metadata.records = readPax(content)
    metadata.recordsOffset = metadata.byteLength + BLOCK_BYTES
  } else if (type === 'L') metadata.longName = textOf(content)
  else metadata.longLink = textOf(content)
}

/** Engines ignore global headers: what would change an entry must not get lost. */
function globalValues(content: Uint8Array): ReadonlyMap<string, string> {
  const values = paxValues(readPax(content))
  for (const key of values.keys()) {
    if (['path', 'linkpath', 'size'].includes(key) || key.startsWith('GNU.sparse.'))
      throw new TarFault(`a global PAX header states ${key}, which engines ignore`)
  }
  return values
}

function entryOf(header: HeaderBlock, { records = [], longName, longLink }: Metadata): TarEntry {
  const values = paxValues(records)
  const number = (key: string, otherwise: number): number => {
    const text = values.get(key)
    return text === undefined ? otherwise : readDecimal(text, key)
  }
  const statedName = textOfRaw(stated(longName) ?? values.get('path') ?? header.name)
  const linkName = textOfRaw(stated(longLink) ?? values.get('linkpath') ?? header.linkName)
  const type = typeOf(header.type, statedName)
  const size = number('size', header.size)
  if (size < 0) throw new TarFault(`\`${statedName}\` has a negative size`)
  const storedBytes = type === 'file' || type === 'contiguous-file' ? size : 0
  const { sparse, sizeBytes, name } = sparseLayout(type, values, { sizeBytes: storedBytes, name: statedName })
  return {
    name,
    linkName,
    type,
    mode: header.mode,
    userId: number('uid', header.userId),
    groupId: number('gid', header.groupId),
    modifiedAt: timeOf(values.get('mtime')) ?? header.modifiedAt,
    sizeBytes,
    storedBytes,
    sparse,
    records,
  }
}

function stated(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

function typeOf(flag: string, name: string): TarType {
  // Archives of old have no other sign of a directory.
  if (flag === '\0' && name.endsWith('/')) return 'directory'
  const type = types[flag]
  if (type !== undefined) return type
  const what =
    flag === 'S'
      ? 'a sparse file of the GNU format (write it with --format=posix)'
      : `of the type ${JSON.stringify(flag)}`
  throw new TarFault(`\`${name}\` is ${what}, which engines do not unpack`)
}

function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^-?\d{1,15}(?:\.\d*)?$/.test(text)) throw new TarFault('the PAX record mtime is not a time')
  return Math.floor(Number(text))
}

function ownerFields({ records = [], recordsOffset, byteLength }: Metadata): OwnerFields {
  return {
    headerOffset: byteLength - BLOCK_BYTES,
    records: records
      .filter(({ key }) => key === 'uid' || key === 'gid')
      .map(({ value, valueOffset }) => ({ offset: recordsOffset + valueOffset, byteLength: value.length })),
  }
}

function joined(blocks: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(blocks)
}
