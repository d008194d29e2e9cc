import { describe, expect, it } from 'vitest'
import { tarFiles } from '../../src/tar/entries.ts'
import { gathered, inPieces, rawTar, type RawEntry } from './raw.ts'

async function contentOf(entry: RawEntry, pieceBytes = 100): Promise<readonly [name: string, content: string]> {
  for await (const { entry: found, content } of tarFiles(inPieces(rawTar(entry), pieceBytes)))
    return [found.name, (await gathered(content)).toString().replaceAll('\0', '.')]
  throw new Error('it has no entry')
}

const size = '12'
const map = '2,2,8,1'
const expected = ['thin', '..ab....c...'] as const

describe('a sparse file of the PAX format', () => {
  it.each<readonly [version: string, entry: RawEntry]>([
    [
      '0.0',
      {
        name: 'thin',
        content: 'abc',
        pax: [
          ['GNU.sparse.size', size],
          ['GNU.sparse.numblocks', '2'],
          ...map
            .split(',')
            .map((value, index) => [index % 2 === 0 ? 'GNU.sparse.offset' : 'GNU.sparse.numbytes', value] as const),
        ],
      },
    ],
    [
      '0.1',
      {
        name: 'other',
        content: 'abc',
        pax: [
          ['GNU.sparse.name', 'thin'],
          ['GNU.sparse.size', size],
          ['GNU.sparse.map', map],
        ],
      },
    ],
    [
      '1.0',
      {
        name: 'other',
        content: `2\n2\n2\n8\n1\n${'\0'.repeat(502)}abc`,
        pax: [
          ['GNU.sparse.major', '1'],
          ['GNU.sparse.minor', '0'],
          ['GNU.sparse.name', 'thin'],
          ['GNU.sparse.realsize', size],
        ],
      },
    ],
  ])('of version %s has its name and its holes', async (_, entry) => {
    for (const pieceBytes of [1, 100, 10_000]) expect(await contentOf(entry, pieceBytes)).toEqual(expected)
  })

  it.each<readonly [what: string, map: string, content: string]>([
    ['overlap', '0,2,1,2', 'abcd'],
    ['end behind the file', '11,2', 'ab'],
    ['are no numbers', '0,x', 'ab'],
    ['have more than there is', '0,5', 'ab'],
  ])('whose extents %s is refused', async (_, wrong, content) => {
    const pax = [
      ['GNU.sparse.size', size],
      ['GNU.sparse.map', wrong],
    ] as const
    await expect(contentOf({ name: 'thin', content, pax })).rejects.toThrow(/sparse|number/)
  })

  const inContent = (realsize: number): NonNullable<RawEntry['pax']> => [
    ['GNU.sparse.major', '1'],
    ['GNU.sparse.minor', '0'],
    ['GNU.sparse.realsize', String(realsize)],
  ]

  it('may come with its map split, and with much content behind it in one chunk', async () => {
    const content = Buffer.alloc(512 + 2 * 1024 * 1024, 7)
    content.fill(0, 0, 512)
    content.write(`1\n0\n${content.byteLength - 512}\n`)
    const archive = rawTar({ name: 'thin', content, pax: inContent(content.byteLength - 512) })
    const split = archive.indexOf('1\n0\n') + 1
    async function* halves(): AsyncGenerator<Uint8Array, undefined> {
      yield* [archive.subarray(0, split), archive.subarray(split)]
    }
    for await (const { content: found } of tarFiles(halves()))
      expect((await gathered(found)).equals(content.subarray(512))).toBe(true)
  })

  it.each([
    ['too long', `400000\n${'0\n0\n'.repeat(400_000)}`],
    ['malformed', `-1\n${'0'.repeat(600)}`],
    ['malformed', '1'.repeat(2000)],
    ['incomplete', '2\n0\n0\n'],
  ])('whose map is %s is refused however it is split', async (words, content) => {
    for (const pieceBytes of [511, 3_000_000])
      await expect(contentOf({ name: 'thin', content, pax: inContent(1) }, pieceBytes)).rejects.toThrow(words)
  })

  it('may come in one buffer that is used again and again', async () => {
    const map = `1\n0\n300\n${'\0'.repeat(504)}`
    const archive = rawTar({ name: 'thin', content: `${map}${'abc'.repeat(100)}`, pax: inContent(300) })
    async function* reused(): AsyncGenerator<Uint8Array, undefined> {
      const buffer = Buffer.alloc(100)
      for (let start = 0; start < archive.byteLength; start += 100)
        yield buffer.subarray(0, archive.copy(buffer, 0, start, start + 100))
    }
    for await (const { content } of tarFiles(reused())) {
      let text = ''
      for await (const piece of content) text += Buffer.from(piece).toString()
      expect(text).toBe('abc'.repeat(100))
    }
  })
})
