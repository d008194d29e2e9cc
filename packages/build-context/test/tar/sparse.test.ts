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
})
