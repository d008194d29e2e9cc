/** One entry, written down by hand: for what no library writes. */
export interface RawEntry {
  readonly name: string | Uint8Array
  /** The type flag. Default `0`, a file. */
  readonly type?: string
  readonly linkName?: string
  readonly content?: string | Uint8Array
  readonly userId?: number
  readonly groupId?: number
  readonly mode?: number
  /** Replaces the size field. */
  readonly size?: string | Uint8Array
  /** Records of a PAX header before the entry. */
  readonly pax?: readonly (readonly [key: string, value: string | Uint8Array])[]
}

export function rawEntry({
  name,
  type = '0',
  linkName = '',
  content = '',
  userId = 0,
  groupId = 0,
  mode = 0o644,
  size,
  pax,
}: RawEntry): Buffer {
  const bytes = Buffer.from(content as Uint8Array)
  const block = Buffer.alloc(512)
  Buffer.from(name as Uint8Array).copy(block, 0)
  block.write(`${octal(mode, 7)}\0${octal(userId, 7)}\0${octal(groupId, 7)}\0`, 100, 'latin1')
  Buffer.from((size ?? `${octal(bytes.byteLength, 11)}\0`) as Uint8Array).copy(block, 124)
  block.write(`${octal(1_700_000_000, 11)}\0        ${type}${linkName}`, 136, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  sealed(block)
  const header = pax === undefined ? Buffer.alloc(0) : rawEntry({ name: 'PaxHeader', type: 'x', content: records(pax) })
  return Buffer.concat([header, block, bytes, Buffer.alloc((512 - (bytes.byteLength % 512)) % 512)])
}

/** An archive of these entries, with what ends it. */
export function rawTar(...entries: readonly RawEntry[]): Buffer {
  return Buffer.concat([...entries.map(rawEntry), Buffer.alloc(1024)])
}

export function records(pax: NonNullable<RawEntry['pax']>): Buffer {
  return Buffer.concat(
    pax.map(([key, value]) => {
      const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value as Uint8Array), Buffer.from('\n')])
      const digits = String(rest.byteLength + 1).length
      const length = String(rest.byteLength + digits).length + rest.byteLength
      return Buffer.concat([Buffer.from(String(length)), rest])
    }),
  )
}

export function sealed(block: Buffer): void {
  block.write('        ', 148, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${octal(sum, 6)}\0 `, 148, 'latin1')
}

/** The bytes in pieces of this size. */
export async function* inPieces(
  bytes: Uint8Array,
  pieceBytes = bytes.byteLength,
): AsyncGenerator<Uint8Array, undefined> {
  for (let start = 0; start < bytes.byteLength; start += pieceBytes) yield bytes.subarray(start, start + pieceBytes)
}

export async function gathered(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const found: Uint8Array[] = []
  for await (const piece of pieces) found.push(piece)
  return Buffer.concat(found)
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}
