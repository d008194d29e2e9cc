import type { TarEntry, TarType } from './entry.ts'
import { BLOCK_BYTES } from './block.ts'
import { TarFault } from './fault.ts'
import { readDecimal } from './numbers.ts'
import { ByteReader } from './reader.ts'
import { textOfRaw } from './text.ts'

/** The longest map of a sparse file. */
const MAX_MAP_BYTES = 1024 * 1024

/** No line of a map is longer. */
const MAX_DIGITS = 32

const HOLE_PIECE_BYTES = 64 * 1024

interface Extent {
  readonly offset: number
  readonly byteLength: number
}

type Layout = Pick<TarEntry, 'sparse' | 'sizeBytes' | 'name'>

/** How PAX records state a sparse file: GNU's versions 0.0, 0.1 and 1.0, which all engines unpack. */
export function sparseLayout(
  type: TarType,
  values: ReadonlyMap<string, string>,
  stated: Omit<Layout, 'sparse'>,
): Layout {
  if (![...values.keys()].some((key) => key.startsWith('GNU.sparse.'))) return { ...stated, sparse: 'none' }
  const version = `${values.get('GNU.sparse.major') ?? '0'}.${values.get('GNU.sparse.minor') ?? '0'}`
  const hasMap = version === '1.0' || values.has('GNU.sparse.map') || values.has('GNU.sparse.offset')
  if (type !== 'file' || !hasMap || !['0.0', '0.1', '1.0'].includes(version))
    throw new TarFault(`\`${stated.name}\` is a sparse file of an unknown format`)
  const size = values.get('GNU.sparse.size') ?? values.get('GNU.sparse.realsize')
  const name = values.get('GNU.sparse.name')
  return {
    name: name === undefined ? stated.name : textOfRaw(name),
    sizeBytes: size === undefined ? stated.sizeBytes : readDecimal(size, 'GNU.sparse.size'),
    sparse: version === '1.0' ? 'in-content' : 'in-records',
  }
}

/** Bytes of a file and where they belong in it; the bytes between and behind the parts are zeros. */
export interface FilePart {
  readonly offset: number
  readonly bytes: Uint8Array
}

/** The parts of a file that are not holes, in order, from its content in the archive. */
export async function* partsOf(
  entry: TarEntry,
  stored: AsyncIterable<Uint8Array>,
): AsyncGenerator<FilePart, undefined> {
  await using reader = new ByteReader(stored)
  const extents = await extentsOf(entry, reader)
  for (const extent of extents) {
    const end = extent.offset + extent.byteLength
    for (let offset = extent.offset; offset < end;) {
      const bytes = await reader.some(end - offset)
      if (bytes === undefined) throw incomplete(entry)
      yield { offset, bytes }
      offset += bytes.byteLength
    }
  }
}

/** The whole content of a file, with zeros for its holes. */
export async function* withHoles(
  { sizeBytes }: TarEntry,
  parts: AsyncIterable<FilePart>,
): AsyncGenerator<Uint8Array, undefined> {
  let end = 0
  for await (const { offset, bytes } of parts) {
    yield* hole(offset - end)
    yield bytes
    end = offset + bytes.byteLength
  }
  yield* hole(sizeBytes - end)
}

function* hole(byteLength: number): Generator<Uint8Array, undefined> {
  for (let leftBytes = byteLength; leftBytes > 0; leftBytes -= HOLE_PIECE_BYTES)
    yield new Uint8Array(Math.min(leftBytes, HOLE_PIECE_BYTES))
}

async function extentsOf(entry: TarEntry, reader: ByteReader): Promise<readonly Extent[]> {
  if (entry.sparse === 'none') return [{ offset: 0, byteLength: entry.storedBytes }]
  const numbers = entry.sparse === 'in-records' ? numbersOfRecords(entry) : await numbersOfContent(entry, reader)
  const extents: Extent[] = []
  let end = 0
  for (let index = 0; index < numbers.length; index += 2) {
    const offset = readDecimal(numbers[index] ?? '', 'GNU.sparse.offset')
    const byteLength = readDecimal(numbers[index + 1] ?? '', 'GNU.sparse.numbytes')
    if (offset < end || byteLength < 0 || offset + byteLength > entry.sizeBytes) throw malformed(entry)
    extents.push({ offset, byteLength })
    end = offset + byteLength
  }
  return extents
}

function numbersOfRecords({ records }: TarEntry): readonly string[] {
  const map = records.findLast(({ key }) => key === 'GNU.sparse.map')?.value
  if (map !== undefined) return map === '' ? [] : map.split(',')
  return records
    .filter(({ key }) => key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes')
    .map(({ value }) => value)
}

/** Reads how many extents there are, then offset and length of each, in lines that fill whole blocks. */
async function numbersOfContent(entry: TarEntry, reader: ByteReader): Promise<readonly string[]> {
  const numbers: string[] = []
  let count: number | undefined
  let line = ''
  for (let mapBytes = BLOCK_BYTES; mapBytes <= MAX_MAP_BYTES; mapBytes += BLOCK_BYTES) {
    const block = await reader.exactly(BLOCK_BYTES)
    if (block.byteLength < BLOCK_BYTES) throw incomplete(entry)
    const lines = `${line}${Buffer.from(block).toString('latin1')}`.split('\n')
    line = lines.pop() ?? ''
    for (const text of lines) {
      if (count !== undefined) numbers.push(text)
      else count = readDecimal(text, 'GNU.sparse.map')
      if (count < 0) throw malformed(entry)
      if (numbers.length === 2 * count) return numbers
    }
    if (line.length > MAX_DIGITS) throw malformed(entry)
  }
  throw new TarFault(`the map of the sparse file \`${entry.name}\` is too long`)
}

function incomplete({ name }: TarEntry): TarFault {
  return new TarFault(`the content of the sparse file \`${name}\` is incomplete`)
}

function malformed({ name }: TarEntry): TarFault {
  return new TarFault(`the map of the sparse file \`${name}\` is malformed`)
}
