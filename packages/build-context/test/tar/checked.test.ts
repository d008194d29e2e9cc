import { describe, expect, it } from 'vitest'
import { CHECKED_AHEAD_BYTES, checkedArchive } from '../../src/tar/checked.ts'
import { tarFiles } from '../../src/tar/entries.ts'
import { gathered, inPieces, rawEntry, rawTar, records } from './raw.ts'

const directories = ['/target']
const capability = Buffer.from([1, 0, 0, 2, 0xff, 0x80, 0xc3, 0x28])
const entry = {
  name: 'a',
  content: 'x'.repeat(700),
  userId: 1000,
  groupId: 0o7777777,
  pax: [
    ['SCHILY.xattr.security.capability', capability],
    ['uid', '123456789'],
    ['comment', 'uid=5'],
    ['gid', '7'],
  ],
} as const

describe('an archive that is checked', () => {
  it('is every byte of what it was, with its owners', async () => {
    const archive = rawTar(entry)
    expect(await gathered(checkedArchive(inPieces(archive, 99), { directories, preserveOwner: true }))).toEqual(archive)
  })

  it('differs without them in the numbers of its owners, and in the checksum, alone', async () => {
    const archive = rawTar(entry)
    const checked = await gathered(checkedArchive(inPieces(archive, 99), { directories, preserveOwner: false }))
    const pax = entry.pax.map(
      ([key, value]) => [key, key === 'uid' ? '000000000' : key === 'gid' ? '0' : value] as const,
    )
    expect(checked).toEqual(rawTar({ ...entry, userId: 0, groupId: 0, pax }))
    for await (const { entry: found } of tarFiles(inPieces(checked)))
      expect([found.userId, found.groupId]).toEqual([0, 0])
  })

  it('leaves the bytes of its source as they were', async () => {
    const archive = rawTar(entry)
    const before = Buffer.from(archive)
    await gathered(checkedArchive(inPieces(archive), { directories, preserveOwner: false }))
    expect(archive).toEqual(before)
  })

  it('may come in one buffer that is used again and again', async () => {
    const archive = Buffer.concat([rawTar(entry), Buffer.alloc(1000, 'bytes after the end')])
    async function* reused(): AsyncGenerator<Uint8Array, undefined> {
      const buffer = Buffer.alloc(100)
      for (let start = 0; start < archive.byteLength; start += 100) {
        yield buffer.subarray(0, archive.copy(buffer, 0, start, start + 100))
      }
    }
    expect(await gathered(checkedArchive(reused(), { directories, preserveOwner: true }))).toEqual(archive)
  })

  it.each([
    ['has no entry', Buffer.alloc(1024), 'at least one entry'],
    ['is empty', Buffer.alloc(0), 'at least one entry'],
    ['has a contiguous file', rawTar({ name: 'seven', type: '7' }), '`seven`'],
    [
      'has a global header that leaves',
      rawTar({ name: '../g', type: 'g', content: records([['comment', 'x']]) }, { name: 'a' }),
      '`../g` leaves it',
    ],
    [
      'leaves by its last entry',
      rawTar(entry, { name: 'l', type: '2', linkName: '/' }, { name: 'l/x' }),
      '`l/x` leaves it',
    ],
    ['is cut', rawTar(entry).subarray(0, 2000), 'it ends within `a`'],
  ])('is refused before a byte of it is passed on where it %s', async (_, archive, message) => {
    let isPassed = false
    const checking = (async () => {
      for await (const piece of checkedArchive(inPieces(archive, 512), { directories, preserveOwner: false }))
        isPassed ||= piece.byteLength > 0
    })()
    await expect(checking).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field: 'archive' },
      message: expect.stringContaining(message),
    })
    expect(isPassed).toBe(false)
  })

  it('is passed on as it comes where it is long', async () => {
    let readBytes = 0
    async function* long(): AsyncGenerator<Uint8Array, undefined> {
      for (;;) {
        const piece = rawEntry({ name: 'a', content: 'x'.repeat(64 * 1024) })
        readBytes += piece.byteLength
        yield piece
      }
    }
    const pieces = checkedArchive(long(), { directories, preserveOwner: false })
    await pieces.next()
    expect(readBytes).toBeLessThan(2 * CHECKED_AHEAD_BYTES)
    await pieces.return(undefined)
  })

  it('has no global owner that engines would ignore', async () => {
    const archive = rawTar({ name: 'g', type: 'g', content: records([['uid', '5']]) }, { name: 'a' })
    await gathered(checkedArchive(inPieces(archive), { directories, preserveOwner: false }))
    await expect(gathered(checkedArchive(inPieces(archive), { directories, preserveOwner: true }))).rejects.toThrow(
      'uid',
    )
  })

  it('has no relative links to above where the engine refuses them', async () => {
    const checks = { directories: ['/target/deep'], preserveOwner: true, refusesLinksThatLeadOut: true }
    const within = rawTar({ name: 'l', type: '2', linkName: '../deep/x' }, { name: 'm', type: '2', linkName: '/etc' })
    expect(await gathered(checkedArchive(inPieces(within), checks))).toEqual(within)
    const above = rawTar({ name: 'l', type: '2', linkName: '../x' })
    await expect(gathered(checkedArchive(inPieces(above), checks))).rejects.toThrow('`l` leads out')
    // Docker compares the text of the paths.
    const sibling = rawTar({ name: 'l', type: '2', linkName: '../deeper/x' })
    expect(await gathered(checkedArchive(inPieces(sibling), checks))).toEqual(sibling)
    const through = rawTar({ name: 'l', type: '2', linkName: '../deeper' }, { name: 'l/x' })
    await expect(gathered(checkedArchive(inPieces(through), checks))).rejects.toThrow('`l/x` leaves it through')
  })
})
