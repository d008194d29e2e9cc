import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { pack, type Headers } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { inPieces, rawTar } from './tar/raw.ts'
import { textAt, type Tree } from '../src/tree.ts'
import { unpackedTree } from '../src/unpacked.ts'

type Entry = Headers & { readonly text?: string }

function archiveOf(...entries: readonly Entry[]): AsyncIterable<Uint8Array> {
  const archive = pack()
  for (const { text, ...header } of entries) {
    if (text === undefined) archive.entry(header)
    else archive.entry(header, text)
  }
  archive.finalize()
  return archive
}

const file = (name: string, text: string): Entry => ({ name, text })
const folder = (name: string): Entry => ({ name, type: 'directory' })
const soft = (name: string, linkname: string): Entry => ({ name, type: 'symlink', linkname })
const hard = (name: string, linkname: string): Entry => ({ name, type: 'link', linkname })

/** Every entry, with its content or its target. */
async function contentsOf(tree: Tree, from = ''): Promise<readonly string[]> {
  const found: string[] = []
  for (const { path, type, linkTarget } of await tree.children(from)) {
    if (type === 'directory') found.push(`${path}/`, ...(await contentsOf(tree, path)))
    else found.push(type === 'symlink' ? `${path}->${linkTarget}` : `${path}=${await textAt(tree, path)}`)
  }
  return found
}

async function foldersLeft(): Promise<number> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('moorage-context-')).length
}

describe('an archive as a tree', () => {
  it('has its files, links, folders and those that it does not tell, until it is let go', async () => {
    const before = await foldersLeft()
    const mtime = new Date('2026-01-02T03:04:05Z')
    const tree = await unpackedTree(
      'buildImage',
      archiveOf(
        { name: './', type: 'directory' },
        { name: './deep/er/file', mode: 0o755, mtime, text: 'text' },
        { name: 'hard', type: 'link', linkname: './deep/er/file' },
        { name: 'soft', type: 'symlink', linkname: '../outside' },
        { name: 'device', type: 'character-device' },
        { name: 'empty/', type: 'directory', mode: 0o700 },
      ),
      undefined,
    )
    const names = (await tree.children('')).map(({ path, type }) => `${path} ${type}`)
    expect(names).toEqual(['deep directory', 'empty directory', 'hard file', 'soft symlink'])
    expect(await tree.children('deep/er')).toEqual([
      { path: 'deep/er/file', type: 'file', mode: 0o755, sizeBytes: 4, modifiedAt: mtime.getTime() * 1e6 },
    ])
    expect(await textAt(tree, 'hard')).toBe('text')
    await tree[Symbol.asyncDispose]()
    expect(await foldersLeft()).toBe(before)
  })

  it.each<readonly [string, readonly Entry[], readonly string[]]>([
    ['the content of its last entry of a name', [file('a', '1'), file('b', 'b'), file('./a', '22')], ['a=22', 'b=b']],
    ['no file that became a folder', [file('a', '1'), folder('a'), file('a/b', 'b')], ['a/', 'a/b=b']],
    [
      'no folder that became a file',
      [folder('a'), file('a/b/c', '1'), file('a', '2'), file('ab', '3')],
      ['a=2', 'ab=3'],
    ],
    ['no implicit folder that became a file', [file('a/b/c', '1'), file('a/b', '2')], ['a/', 'a/b=2']],
    ['a folder again', [file('a/b', '1'), file('a', '2'), folder('a'), file('a/c', '3')], ['a/', 'a/c=3']],
    ['what is in a folder that comes again', [folder('a'), file('a/b', '1'), folder('a')], ['a/', 'a/b=1']],
    ['no link that became a file', [file('a', '1'), soft('b', 'a'), file('b', '2')], ['a=1', 'b=2']],
    ['no file that became a link', [file('a', '1'), file('b', '2'), soft('b', 'a')], ['a=1', 'b->a']],
    ['a hard link as it was', [file('a', '1'), hard('b', 'a'), file('a', '2')], ['a=2', 'b=1']],
    ['a hard link to itself', [file('a', '1'), hard('a', './a')], ['a=1']],
    ['files through a link to a folder', [folder('d'), soft('l', './d'), file('l/a', '1')], ['d/', 'd/a=1', 'l->./d']],
    ['hard links through a link', [file('d/a', '1'), soft('l', 'd'), hard('b', 'l/a')], ['b=1', 'd/', 'd/a=1', 'l->d']],
    ['no file that became a device', [file('a', '1'), { name: 'a', type: 'character-device' }], []],
    [
      'the content of each file of which the name is a number',
      [file('2', '2'), file('1', '1'), file('0', '0')],
      ['0=0', '1=1', '2=2'],
    ],
  ])('has %s', async (_, entries, expected) => {
    await using tree = await unpackedTree('buildImage', archiveOf(...entries), undefined)
    expect(await contentsOf(tree)).toEqual(expected)
  })

  it.each<readonly [string, readonly Entry[]]>([
    ['puts a file below a file', [file('a', '1'), file('a/b', '2')]],
    ['puts a file through a link that leads out', [soft('a', '..'), file('a/b', '2')]],
    ['puts a file through a link to an absolute path', [soft('a', '/tmp'), file('a/b', '2')]],
    ['puts a file through links in a circle', [soft('a', 'b'), soft('b', 'a'), file('a/b', '2')]],
    ['puts a file above itself by a folder that is a link', [folder('d'), soft('d/l', '..'), file('d/l/../../x', '2')]],
    ['has a hard link to nothing', [hard('a', 'none')]],
    ['has a hard link to a folder', [folder('d'), hard('a', 'd')]],
    ['has a hard link that leads out', [hard('a', '../x')]],
    ['has a hard link through a link that leads out', [soft('l', '../..'), hard('a', 'l/etc/passwd')]],
    ['has a sparse file', [{ name: 'a', pax: { 'GNU.sparse.major': '1' }, text: '' } as Entry]],
  ])('that %s is refused, and nothing is left of it', async (_, entries) => {
    const before = await foldersLeft()
    await expect(unpackedTree('buildImage', archiveOf(...entries), undefined)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field: 'spec.context.tar' },
    })
    expect(await foldersLeft()).toBe(before)
  })

  it.each([
    ['leaves its folder', archiveOf({ name: '../file', text: '' }), 'stay within it'],
    ['is cut off', cutOff(), 'a tar stream'],
    ['is no archive', bytes('no archive '.repeat(200)), 'a tar stream'],
  ])('that %s is refused, and nothing is left of it', async (_, archive, words) => {
    const before = await foldersLeft()
    await expect(unpackedTree('buildImage', archive, undefined)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field: 'spec.context.tar' },
      message: expect.stringContaining(words),
    })
    expect(await foldersLeft()).toBe(before)
  })

  it('keeps the holes of a sparse file, of whatever size', async () => {
    const sizeBytes = 2 ** 42
    const pax = [
      ['GNU.sparse.size', String(sizeBytes)],
      ['GNU.sparse.map', '3,2'],
    ] as const
    await using tree = await unpackedTree(
      'buildImage',
      inPieces(rawTar({ name: 'thin', content: 'ab', pax })),
      undefined,
    )
    expect(await tree.entry('thin')).toMatchObject({ sizeBytes })
    for await (const piece of tree.read('thin')) {
      expect(Buffer.from(piece.subarray(0, 8)).toString('latin1')).toBe('\0\0\0ab\0\0\0')
      break
    }
  })

  it('may come in one buffer that is used again and again', async () => {
    const content = 'abcdefghij'.repeat(1000)
    const archive = rawTar({ name: 'file', content })
    async function* reused(): AsyncGenerator<Uint8Array, undefined> {
      const buffer = Buffer.alloc(99)
      for (let start = 0; start < archive.byteLength; start += 99)
        yield buffer.subarray(0, archive.copy(buffer, 0, start, start + 99))
    }
    await using tree = await unpackedTree('buildImage', reused(), undefined)
    expect(await textAt(tree, 'file')).toBe(content)
  })

  it('fails with the failure of its source', async () => {
    const failure = new Error('the source has failed')
    const broken = async function* (): AsyncGenerator<Uint8Array, undefined> {
      yield* archiveOf({ name: 'file', text: 'x'.repeat(5000) })
      throw failure
    }
    await expect(unpackedTree('buildImage', broken(), undefined)).rejects.toBe(failure)
  })

  it('is read no further after an abort', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const endless = async function* (): AsyncGenerator<Uint8Array, undefined> {
      for await (const piece of archiveOf({ name: 'file', text: 'x' })) {
        for (;;) {
          yield (piece as Uint8Array).subarray(0, 512)
          yield new Uint8Array(512)
          controller.abort(reason)
        }
      }
    }
    await expect(unpackedTree('buildImage', endless(), controller.signal)).rejects.toBe(reason)
  })
})

async function* bytes(text: string): AsyncGenerator<Uint8Array, undefined> {
  yield new TextEncoder().encode(text)
}

async function* cutOff(): AsyncGenerator<Uint8Array, undefined> {
  const pieces: Uint8Array[] = []
  for await (const piece of archiveOf({ name: 'file', text: 'x'.repeat(5000) })) pieces.push(piece as Uint8Array)
  yield Buffer.concat(pieces).subarray(0, 2000)
}
