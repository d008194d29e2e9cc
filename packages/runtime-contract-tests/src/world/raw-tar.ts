/** An entry of an archive that is written down by hand, for what libraries do not write. */
export interface RawEntry {
  readonly name: string | Uint8Array
  /** The type flag. Default `0`, a file. */
  readonly type?: string
  readonly linkName?: string
  readonly content?: string | Uint8Array
  /** Records of a PAX header before the entry. */
  readonly pax?: readonly (readonly [key: string, value: string | Uint8Array])[]
}

/** An archive of these entries, byte for byte. */
export async function* rawTarOf(...entries: readonly RawEntry[]): AsyncGenerator<Uint8Array, undefined> {
  for (const entry of entries) yield* blocksOf(entry)
  yield new Uint8Array(1024)
}

function blocksOf({ name, type = '0', linkName = '', content = '', pax }: RawEntry): readonly Uint8Array[] {
  const bytes = bytesOf(content)
  const block = Buffer.alloc(512)
  block.set(bytesOf(name), 0)
  block.write(`${octal(0o644, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0${octal(bytes.byteLength, 11)}\0`, 100, 'latin1')
  block.write(`${octal(1_700_000_000, 11)}\0        ${type}${linkName}`, 136, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${octal(sum, 6)}\0 `, 148, 'latin1')
  const filler = new Uint8Array((512 - (bytes.byteLength % 512)) % 512)
  const before = pax === undefined ? [] : blocksOf({ name: 'PaxHeader', type: 'x', content: recordsOf(pax) })
  return [...before, block, bytes, filler].filter(({ byteLength }) => byteLength > 0)
}

/** Each record begins with its length, which counts its own digits. */
function recordsOf(pax: NonNullable<RawEntry['pax']>): Uint8Array {
  return Buffer.concat(
    pax.map(([key, value]) => {
      const rest = Buffer.concat([bytesOf(` ${key}=`), bytesOf(value), bytesOf('\n')])
      const digits = String(rest.byteLength + 1).length
      return Buffer.concat([bytesOf(String(rest.byteLength + String(rest.byteLength + digits).length)), rest])
    }),
  )
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content) : content
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}
