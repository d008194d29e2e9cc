import { describe, expect, it } from 'vitest'
import type { TarEntry } from '../../src/tar/entry.ts'
import { MAX_METADATA_BYTES, scanTar } from '../../src/tar/scan.ts'
import { bytesOfText } from '../../src/tar/text.ts'
import { gathered, inPieces, rawEntry, rawTar, sealed } from './raw.ts'

async function entriesOf(archive: AsyncIterable<Uint8Array>): Promise<readonly TarEntry[]> {
  const entries: TarEntry[] = []
  for await (const piece of scanTar(archive)) if (piece.kind === 'entry') entries.push(piece.entry)
  return entries
}

async function passed(bytes: Uint8Array, pieceBytes?: number): Promise<Buffer> {
  async function* all(): AsyncGenerator<Uint8Array, undefined> {
    for await (const piece of scanTar(inPieces(bytes, pieceBytes))) yield piece.bytes
  }
  return gathered(all())
}

const latin1 = Buffer.from('caf\xe9', 'latin1')
const various = rawTar(
  { name: 'directory/', type: '5', mode: 0o755 },
  { name: 'directory/file', content: 'text', userId: 1000, groupId: 1000 },
  {
    name: 'short',
    content: 'x',
    pax: [
      ['path', 'a/long/name'],
      ['SCHILY.xattr.security.capability', Buffer.from([1, 0, 0xff, 10])],
    ],
  },
  { name: latin1, content: 'y'.repeat(1500) },
  { name: 'link', type: '2', linkName: 'directory' },
  { name: 'hard', type: '1', linkName: 'directory/file', size: '00000000004\0' },
)

describe('the parts of an archive', () => {
  it.each([1, 7, 512, 513, 100_000])('are all of its bytes, in pieces of %i', async (pieceBytes) => {
    expect(await passed(various, pieceBytes)).toEqual(various)
  })

  it('have entries with what PAX records state of them', async () => {
    const entries = await entriesOf(inPieces(various))
    expect(entries.map(({ name, type, storedBytes }) => [name, type, storedBytes])).toEqual([
      ['directory/', 'directory', 0],
      ['directory/file', 'file', 4],
      ['a/long/name', 'file', 1],
      ['caf\udce9', 'file', 1500],
      ['link', 'symlink', 0],
      ['hard', 'hard-link', 0],
    ])
    expect(Buffer.from(bytesOfText(entries[3]?.name ?? ''))).toEqual(latin1)
  })

  it('have GNU long names, and sizes in base 256', async () => {
    const long = 'n'.repeat(300)
    const size = Buffer.alloc(12)
    size[0] = 0x80
    size[11] = 3
    const archive = Buffer.concat([
      rawEntry({ name: '././@LongLink', type: 'L', content: `${long}\0` }),
      rawEntry({ name: 'n', content: 'abc', size }),
      rawEntry({ name: '././@LongLink', type: 'K', content: `${long}\0` }),
      rawEntry({ name: 'link', type: '2', linkName: 'n' }),
    ])
    expect(
      (await entriesOf(inPieces(archive))).map(({ name, linkName, sizeBytes }) => [name, linkName, sizeBytes]),
    ).toEqual([
      [long, '', 3],
      ['link', long, 0],
    ])
  })

  it('have GNU fields only with the magic and the version of GNU', async () => {
    const headerOf = (magic: string): Buffer => {
      const block = rawEntry({ name: 'a' })
      block.write(magic, 257, 'latin1')
      block.write('no time', 345, 'latin1')
      sealed(block)
      return block
    }
    await expect(entriesOf(inPieces(headerOf('ustar  \0')))).rejects.toThrow('time is not a number')
    for (const magic of ['ustar 00', 'ustar   ']) expect(await entriesOf(inPieces(headerOf(magic)))).toHaveLength(1)
  })

  it('need no blocks of zeros at their end, and go on behind them', async () => {
    const entry = rawEntry({ name: 'a', content: 'x' })
    expect(await passed(entry)).toEqual(entry)
    const followed = Buffer.concat([rawTar({ name: 'a' }), Buffer.from('anything')])
    expect(await passed(followed, 100)).toEqual(followed)
    expect(await entriesOf(inPieces(Buffer.alloc(0)))).toEqual([])
  })
})

const broken = rawEntry({ name: 'a', content: 'x' })
broken[0] = 0x62
const flipped = Buffer.from(rawEntry({ name: 'a', size: 'zzzzzzzzzzz\0' }))

describe('what is no archive', () => {
  it.each<readonly [what: string, bytes: Uint8Array, message: string]>([
    ['has a wrong checksum', broken, 'wrong checksum'],
    ['has a size that is no number', flipped, 'size is not a number'],
    ['has a size that is too large', rawEntry({ name: 'a', size: Buffer.alloc(12, 0x7f) }), 'size is not a number'],
    ['has a negative size', rawEntry({ name: 'a', size: Buffer.alloc(12, 0xff) }), 'negative size'],
    ['ends within a file', rawEntry({ name: 'a', size: '77777777777\0' }), 'it ends within `a`'],
    ['ends within a header', rawEntry({ name: 'a' }).subarray(0, 300), 'it ends within a header'],
    ['ends behind a PAX header', rawEntry({ name: 'a', pax: [['path', 'b']] }).subarray(0, 1024), 'belongs to another'],
    ['goes on behind one block of zeros', Buffer.concat([Buffer.alloc(512), rawEntry({ name: 'a' })]), 'empty'],
    ['has a PAX header without lengths', rawEntry({ name: 'p', type: 'x', content: 'path=b\n' }), 'malformed'],
    [
      'has two PAX headers for one entry',
      Buffer.concat([rawEntry({ name: 'p', type: 'x' }), rawEntry({ name: 'a', pax: [] })]),
      'two PAX',
    ],
    [
      'has a global header between an entry and its own headers',
      Buffer.concat([
        rawEntry({ name: 'p', type: 'x', content: '10 path=b\n' }),
        rawEntry({ name: 'g', type: 'g', content: '13 comment=c\n' }),
        rawEntry({ name: 'a' }),
      ]),
      'between an entry and its own headers',
    ],
    ['has a GNU sparse file', rawTar({ name: 'thin', type: 'S' }), '`thin` is a sparse file of the GNU format'],
    ['has an entry of an unknown type', rawTar({ name: 'odd', type: 'Z' }), '`odd` is of the type "Z"'],
    [
      'has a sparse file of another version',
      rawTar({ name: 'thin', pax: [['GNU.sparse.major', '2']] }),
      '`thin` is a sparse file of an unknown format',
    ],
    [
      'renames entries globally',
      rawTar({ name: 'g', type: 'g', content: '10 path=b\n' }, { name: 'a' }),
      'global PAX header states path',
    ],
  ])('%s', async (_, bytes, message) => {
    for (const pieceBytes of [1, 512, 100_000])
      await expect(passed(bytes, pieceBytes)).rejects.toMatchObject({
        name: 'TarFault',
        message: expect.stringContaining(message),
      })
  })

  it('has more metadata than engines read, of which no byte is waited for', async () => {
    const header = rawEntry({ name: 'p', type: 'x', size: (MAX_METADATA_BYTES + 1).toString(8).padStart(11, '0') })
    sealed(header)
    async function* unending(): AsyncGenerator<Uint8Array, undefined> {
      yield header
      throw new Error('more was asked for')
    }
    await expect(entriesOf(unending())).rejects.toThrow(`more than ${MAX_METADATA_BYTES} bytes`)
  })
})

it('a source is closed when its reader leaves, and its failure passes as it is', async () => {
  let closed = 0
  async function* source(): AsyncGenerator<Uint8Array, undefined> {
    try {
      yield various
      throw new RangeError('the source has failed')
    } finally {
      closed += 1
    }
  }
  for await (const piece of scanTar(source())) if (piece.kind === 'entry') break
  expect(closed).toBe(1)
  await expect(
    gathered(
      (async function* () {
        yield* [new Uint8Array(1)]
        for await (const { bytes } of scanTar(source())) yield bytes
      })(),
    ),
  ).rejects.toThrow(RangeError)
  expect(closed).toBe(2)
})
