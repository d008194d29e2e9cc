import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { directoryTree } from '../src/directory.ts'
import { select } from '../src/selection.ts'
import { sourceOf } from '../src/source.ts'

describe('names that no engine could unpack', () => {
  it.each([
    ['leaves the context', ['../outside']],
    ['is a folder', ['folder/']],
    ['is nothing', ['./']],
    ['is too long', ['n'.repeat(256)]],
    ['has too long a way to it', [Array.from({ length: 40 }, () => 'd'.repeat(80)).join('/')]],
    ['stands below a file', ['a', 'a/b/c']],
  ])('are refused: one that %s', async (_what, names) => {
    const files = Object.fromEntries(names.map((name) => [name, 'text']))
    await expect(sourceOf('buildImage', { context: { files } })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field: 'spec.context.files' },
    })
  })

  it('are refused in a directory, where they are no text', async () => {
    const root = await mkdtemp(join(tmpdir(), 'moorage-names-'))
    try {
      await writeFile(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe])]), 'text')
      await expect(select(directoryTree(root), { excluded: [], followed: [] }).next()).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        details: { field: 'spec.context.directory' },
      })
    } finally {
      await rm(root, { recursive: true })
    }
  })

  it('are told from those that are merely odd', async () => {
    const files = { ' a ': '', 'ü/☂': '', [`${'n'.repeat(255)}`]: '', './b//c': '' }
    await using source = await sourceOf('buildImage', { context: { files } })
    expect((await source.tree.children('')).length).toBe(4)
  })
})
