import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { BuildSpec } from '@moorage/runtime-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { directoryTree } from '../src/directory.ts'
import { contextEntries, contextListing, dockerfileListing } from '../src/listing.ts'
import { select, type Selection } from '../src/selection.ts'
import { dockerfileText, sourceOf } from '../src/source.ts'
import { textAt } from '../src/tree.ts'

const everything: Selection = { excluded: [], followed: [] }

/** What an engine could ask for to see more than it should. */
const questions: readonly Selection[] = [
  everything,
  { excluded: [], followed: ['**/.env', '.env', 'private'] },
  { excluded: [], included: ['.env', '**'], followed: [] },
  { excluded: ['!.env', '!**'], followed: ['.'] },
  { excluded: [], included: ['.env'], followed: ['.dockerignore'] },
  { excluded: [], followed: ['.dockerignore', 'private/key'] },
]

async function pathsOf(entries: AsyncIterable<{ readonly path: string }>): Promise<readonly string[]> {
  const found: string[] = []
  for await (const { path } of entries) found.push(path)
  return found
}

async function textOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of content) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-listing-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}

describe('files that the ignore file excludes', () => {
  const files = {
    Dockerfile: 'FROM scratch',
    '.dockerignore': '**/.env\nprivate\n!private/shared\nDockerfile\n.dockerignore\nprivé\n',
    '.env': 'secret',
    'a/.env': 'secret',
    'private/key': 'secret',
    'private/shared/note': '',
    privé: 'secret',
    'a/b': '',
  }
  const kept = ['a', 'a/b', 'private', 'private/shared', 'private/shared/note']

  it.each(questions)('are not listed for %j', async (question) => {
    await using source = await sourceOf('buildImage', { context: { files } })
    const paths = await pathsOf(contextListing(source).entries(question))
    expect(paths.filter((path) => !kept.includes(path))).toEqual([])
  })

  it('are not part of the context of engines that ask for nothing', async () => {
    await using source = await sourceOf('buildImage', { context: { files } })
    expect(await pathsOf(contextEntries(source))).toEqual(kept)
  })

  it('are listed where they are the Dockerfile and the ignore file, and nothing beside them', async () => {
    await using source = await sourceOf('buildImage', { context: { files } })
    const ignoreFile = { excluded: [], followed: ['.dockerignore'] }
    expect(await pathsOf(contextListing(source).entries(ignoreFile))).toEqual(['.dockerignore'])
    const dockerfile = { excluded: [], followed: ['Dockerfile', 'Dockerfile.dockerignore', 'dockerfile'] }
    expect(await pathsOf(dockerfileListing(source).entries(dockerfile))).toEqual(['Dockerfile'])
    for (const question of questions) {
      const paths = await pathsOf(dockerfileListing(source).entries(question))
      expect(paths.filter((path) => !['Dockerfile', '.dockerignore'].includes(path))).toEqual([])
    }
  })

  it('may be those of an ignore file that is a link within the context', async () => {
    await write({ 'rules/ignore': '.env\n', '.env': '', Dockerfile: '' })
    await symlink('rules/ignore', join(folder, '.dockerignore'))
    await using source = await sourceOf('buildImage', { context: { directory: folder } })
    expect(await pathsOf(contextEntries(source))).toEqual(['.dockerignore', 'Dockerfile', 'rules', 'rules/ignore'])
    const paths = await pathsOf(contextListing(source).entries({ excluded: [], followed: ['.dockerignore'] }))
    expect(paths).toEqual(['.dockerignore', 'rules', 'rules/ignore'])
  })

  it.each([
    ['leads nowhere', 'none'],
    ['leads out of the context', '../outside'],
    ['leads to itself', '.dockerignore'],
  ])('cannot be known where the ignore file is a link that %s: the build is refused', async (_, target) => {
    await write({ 'context/Dockerfile': '', outside: '.env' })
    await symlink(target, join(folder, 'context/.dockerignore'))
    await expect(sourceOf('buildImage', { context: { directory: join(folder, 'context') } })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field: 'spec.context' },
    })
  })

  it('cannot be known where a pattern is malformed: the build is refused', async () => {
    const spec: BuildSpec = { context: { files: { Dockerfile: '', '.dockerignore': '[a\n' } } }
    await expect(sourceOf('buildImage', spec)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('`[a`'),
    })
  })
})

// Only Linux has names that are not UTF-8.
describe.runIf(process.platform === 'linux')('names that are not UTF-8', () => {
  const bytes = (name: string): Buffer => Buffer.concat([Buffer.from(join(folder, name)), Buffer.of(0xff)])
  const refused = { code: 'INVALID_ARGUMENT', details: { field: 'spec.context.directory' } }

  it('are refused where they would be listed', async () => {
    await writeFile(bytes('bad'), '')
    await using source = await sourceOf('buildImage', { context: { directory: folder } })
    await expect(pathsOf(contextEntries(source))).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('`bad\ufffd`'),
    })
  })

  it('are refused as the target of a link', async () => {
    await symlink(Buffer.of(0x62, 0xff), join(folder, 'link'))
    await using source = await sourceOf('buildImage', { context: { directory: folder } })
    await expect(pathsOf(contextEntries(source))).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('the target of `link`'),
    })
  })

  it('may be excluded by the ignore file', async () => {
    await write({ '.dockerignore': 'bad*\n!**/*.ts\n', file: '' })
    await writeFile(bytes('bad'), '')
    await symlink(Buffer.of(0x62, 0xff), join(folder, 'bad-link'))
    await mkdir(bytes('bad-folder'))
    await writeFile(Buffer.concat([bytes('bad-folder'), Buffer.from('/note.md')]), '')
    await using source = await sourceOf('buildImage', { context: { directory: folder } })
    expect(await pathsOf(contextEntries(source))).toEqual(['.dockerignore', 'file'])
    await writeFile(Buffer.concat([bytes('bad-folder'), Buffer.from('/code.ts')]), '')
    await expect(pathsOf(contextEntries(source))).rejects.toMatchObject(refused)
  })
})

describe('files outside of a directory', () => {
  const unreadable = { code: 'INVALID_ARGUMENT', details: { field: 'spec.context.directory' } }

  it('are never read through a link', async () => {
    await write({ 'outside/secret': 'secret', 'context/a': 'a', 'context/deep/b': 'b' })
    await symlink('../outside/secret', join(folder, 'context/link'))
    await symlink('../outside', join(folder, 'context/folder'))
    const tree = directoryTree(join(folder, 'context'))
    expect(await textOf(tree.read('a'))).toBe('a')
    expect(await textOf(tree.read('deep/b'))).toBe('b')
    for (const path of ['link', 'folder', 'folder/secret', '../outside/secret', 'deep'])
      await expect(textOf(tree.read(path))).rejects.toMatchObject(unreadable)
    expect(await tree.entry('folder/secret')).toBeUndefined()
    expect(await textAt(tree, 'link')).toBeUndefined()
    await expect(tree.children('folder')).rejects.toMatchObject(unreadable)
  })

  it('are not read where a listed folder is replaced by a link', async () => {
    await write({ 'outside/secret': 'secret', 'context/deep/secret': 'mine', 'context/deep/below/x': '' })
    const tree = directoryTree(join(folder, 'context'))
    expect(await pathsOf(await iterable(tree.children('deep')))).toEqual(['deep/below', 'deep/secret'])
    await rename(join(folder, 'context/deep'), join(folder, 'gone'))
    await symlink('../outside', join(folder, 'context/deep'))
    await expect(textOf(tree.read('deep/secret'))).rejects.toMatchObject(unreadable)
    await expect(tree.children('deep')).rejects.toMatchObject(unreadable)
    expect(await tree.children('deep/below')).toEqual([])
  })

  it('are not read as a Dockerfile', async () => {
    await write({ outside: 'FROM secret', 'context/a': '' })
    await symlink('../outside', join(folder, 'context/Dockerfile'))
    await using source = await sourceOf('buildImage', { context: { directory: join(folder, 'context') } })
    expect(await dockerfileText(source)).toBeUndefined()
    const paths = await pathsOf(dockerfileListing(source).entries(everything))
    expect(paths).toEqual(['Dockerfile'])
  })

  it('do not replace those of a context that is a link, which is turned meanwhile', async () => {
    await write({ 'one/a': 'one', 'two/a': 'two' })
    await symlink('one', join(folder, 'link'))
    await using source = await sourceOf('buildImage', { context: { directory: join(folder, 'link') } })
    await rm(join(folder, 'link'))
    await symlink('two', join(folder, 'link'))
    expect(await textOf(source.tree.read('a'))).toBe('one')
    await using other = await sourceOf('buildImage', { context: { directory: join(folder, 'link') } })
    expect(other.sharedKey).not.toBe(source.sharedKey)
  })
})

describe('paths that an engine follows', () => {
  beforeEach(async () => {
    await write({ 'real/a': '', 'real/b': '', 'other/c': '', '[x]': '' })
    await symlink('real', join(folder, 'link'))
    await symlink('real/a', join(folder, 'file-1'))
    await symlink('/other', join(folder, 'absolute'))
    await symlink('[x]', join(folder, 'file-2'))
    await symlink('loop/loop', join(folder, 'loop'))
  })

  it.each([
    [['file-*'], ['[x]', 'file-1', 'file-2', 'real', 'real/a']],
    [['l?nk/a'], ['link', 'real', 'real/a']],
    [['link/*'], ['link', 'real', 'real/a', 'real/b']],
    [['li*/[a]'], ['link', 'real', 'real/a']],
    [['abs*'], ['absolute', 'other', 'other/c']],
    [['loop'], ['loop']],
    [['none*/x', 'none'], []],
  ])('lead through links, also by wildcards: %j', async (followed, expected) => {
    const tree = directoryTree(folder)
    expect(await pathsOf(select(tree, { excluded: [], followed }))).toEqual(expected)
  })
})

it('a pipe in a directory is never opened for its content', async () => {
  await promisify(execFile)('mkfifo', [join(folder, 'pipe')])
  const tree = directoryTree(folder)
  for (let count = 0; count < 8; count += 1)
    await expect(textOf(tree.read('pipe'))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})

it('a folder whose own key is asked for is another one after it was replaced', async () => {
  const keyOf = async (incremental?: boolean): Promise<string> => {
    const spec = { context: { directory: join(folder, 'context') }, ...(incremental !== undefined && { incremental }) }
    await using source = await sourceOf('buildImage', spec)
    return source.sharedKey
  }
  await write({ 'context/a': '1', 'other/a': '2' })
  const key = await keyOf()
  expect(await keyOf(true)).toBe(key)
  expect(await keyOf(false)).not.toBe(key)
  await rename(join(folder, 'context'), join(folder, 'before'))
  await rename(join(folder, 'other'), join(folder, 'context'))
  expect(await keyOf()).not.toBe(key)
})

async function* iterable<Value>(values: Promise<readonly Value[]>): AsyncGenerator<Value> {
  yield* await values
}
