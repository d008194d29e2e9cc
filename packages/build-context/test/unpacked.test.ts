import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { pack, type Headers } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { textAt } from '../src/tree.ts'
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
