import type { TarEntry, TarType } from './entry.ts'
import { BLOCK_BYTES } from './block.ts'
import { TarFault } from './fault.ts'
import { readDecimal } from './numbers.ts'
import { textOfRaw } from './text.ts'

/** The longest map of a sparse file. */
const MAX_MAP_BYTES = 1024 * 1024

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

/** The content of a sparse file with its holes, from what the archive has of it. */
export async function* withHoles(
  entry: TarEntry,
  stored: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, undefined> {
  const pieces = stored[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array(0)
  const more = async (): Promise<void> => {
    const { done, value } = await pieces.next()
    if (done === true) throw new TarFault(`the content of the sparse file \`${entry.name}\` is incomplete`)
    rest = Buffer.concat([rest, value])
  }
  const taken = (byteLength: number): Uint8Array => {
    const piece = rest.subarray(0, byteLength)
    rest = rest.subarray(byteLength)
    return piece
  }
  try {
    let extents: readonly Extent[] | undefined
    if (entry.sparse === 'in-records') extents = extentsOf(entry, numbersOfRecords(entry))
    while (extents === undefined) {
      await more()
      if (rest.byteLength > MAX_MAP_BYTES)
        throw new TarFault(`the map of the sparse file \`${entry.name}\` is too long`)
      const found = numbersOfContent(rest)
      if (found === undefined) continue
      while (rest.byteLength < found.mapBytes) await more()
      taken(found.mapBytes)
      extents = extentsOf(entry, found.numbers)
    }
    let offset = 0
    for (const extent of extents) {
      yield* hole(extent.offset - offset)
      for (let leftBytes = extent.byteLength; leftBytes > 0;) {
        if (rest.byteLength === 0) await more()
        const piece = taken(leftBytes)
        leftBytes -= piece.byteLength
        yield piece
      }
      offset = extent.offset + extent.byteLength
    }
    yield* hole(entry.sizeBytes - offset)
  } finally {
    await pieces.return?.(undefined)
  }
}

function* hole(byteLength: number): Generator<Uint8Array, undefined> {
  for (let leftBytes = byteLength; leftBytes > 0; leftBytes -= HOLE_PIECE_BYTES)
    yield new Uint8Array(Math.min(leftBytes, HOLE_PIECE_BYTES))
}

function numbersOfRecords({ records }: TarEntry): readonly string[] {
  const map = records.findLast(({ key }) => key === 'GNU.sparse.map')?.value
  if (map !== undefined) return map === '' ? [] : map.split(',')
  return records
    .filter(({ key }) => key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes')
    .map(({ value }) => value)
}

/** How many extents, then offset and length of each, in lines that fill whole blocks; `undefined` until all are there. */
function numbersOfContent(
  bytes: Uint8Array,
): { readonly numbers: readonly string[]; readonly mapBytes: number } | undefined {
  const lines = Buffer.from(bytes).toString('latin1').split('\n')
  if (lines.length < 2) return undefined
  const count = readDecimal(lines[0] ?? '', 'GNU.sparse.map')
  if (lines.length < 2 + 2 * count) return undefined
  const found = lines.slice(0, 1 + 2 * count)
  const byteLength = found.reduce((sum, line) => sum + line.length + 1, 0)
  return { numbers: found.slice(1), mapBytes: Math.ceil(byteLength / BLOCK_BYTES) * BLOCK_BYTES }
}

function extentsOf({ name, sizeBytes }: TarEntry, numbers: readonly string[]): readonly Extent[] {
  const extents: Extent[] = []
  let end = 0
  for (let index = 0; index < numbers.length; index += 2) {
    const offset = readDecimal(numbers[index] ?? '', 'GNU.sparse.offset')
    const byteLength = readDecimal(numbers[index + 1] ?? '', 'GNU.sparse.numbytes')
    if (offset < end || byteLength < 0 || offset + byteLength > sizeBytes)
      throw new TarFault(`the map of the sparse file \`${name}\` is malformed`)
    extents.push({ offset, byteLength })
    end = offset + byteLength
  }
  return extents
}
