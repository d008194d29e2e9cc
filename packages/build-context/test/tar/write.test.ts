import { extract, type Headers } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { tarFiles } from '../../src/tar/entries.ts'
import { tarOfEntries, type WrittenEntry } from '../../src/tar/write.ts'
import { gathered, inPieces } from './raw.ts'

const written: readonly WrittenEntry[] = [
  { name: 'file', type: 'file', mode: 0o600, userId: 5, groupId: 6, modifiedAt: 1_700_000_000 },
  { name: 'none', type: 'file', mode: 0, modifiedAt: 2_208_988_800 },
  { name: `${'long/'.repeat(40)}é`, type: 'file', mode: 0o4755, modifiedAt: -315_619_200 },
  { name: 'link', type: 'symlink', mode: 0o777, linkName: `${'far/'.repeat(40)}ü` },
  { name: 'directory/', type: 'directory', mode: 0o1777, userId: 3_000_000, groupId: 0 },
]

describe('an archive that is written', () => {
  it('is read as it was', async () => {
    const found: WrittenEntry[] = []
    for await (const { entry, content } of tarFiles(
      tarOfEntries(written.map((entry) => ({ entry, content: Buffer.from(entry.type === 'file' ? entry.name : '') }))),
    )) {
      const { name, type, mode, userId, groupId, modifiedAt, linkName } = entry
      found.push({ name, type, mode, userId, groupId, modifiedAt, linkName })
      if (type === 'file') expect((await gathered(content)).toString()).toBe(name)
    }
    expect(found).toEqual(written.map((entry) => ({ userId: 0, groupId: 0, modifiedAt: 0, linkName: '', ...entry })))
  })

  it('is read alike by another reader', async () => {
    const archive = extract()
    const bytes = await gathered(
      tarOfEntries(written.slice(0, 3).map((entry) => ({ entry, content: Buffer.from('x') }))),
    )
    const found: Headers[] = []
    archive.end(bytes)
    for await (const entry of archive) {
      found.push(entry.header)
      entry.resume()
    }
    expect(found.map(({ name, size }) => [name, size])).toEqual(written.slice(0, 3).map(({ name }) => [name, 1]))
    expect(found[0]).toMatchObject({ mode: 0o600, uid: 5, gid: 6, mtime: new Date(1_700_000_000_000) })
  })

  it('keeps names that are not UTF-8', async () => {
    const name = `caf\udce9${'é'.repeat(100)}`
    const bytes = await gathered(
      tarOfEntries([{ entry: { name, type: 'file', mode: 0o644 }, content: Buffer.alloc(0) }]),
    )
    for await (const { entry } of tarFiles(inPieces(bytes))) expect(entry.name).toBe(name)
  })
})
