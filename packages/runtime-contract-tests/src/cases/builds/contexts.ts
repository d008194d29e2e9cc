import type { BuildContext } from '@moorage/runtime-core'
import { equal, ok, rejects } from '../../world/assertions.ts'
import { build, dockerfile, filesIn, newFolder, type Folder } from '../../world/builds.ts'
import { tarOf } from '../../world/tar.ts'
import type { World } from '../../world/world.ts'
import type { ContractCase } from '../case.ts'

const needs = ['build', 'archives'] as const

type Files = Readonly<Record<string, string>>

/** The same files in each of the three forms; a stream can be read only once. */
async function contextsOf(world: World, files: Files): Promise<readonly BuildContext[]> {
  const folder = await newFolder(world)
  for (const [name, text] of Object.entries(files)) await folder.write(name, text)
  return [
    { directory: folder.path },
    { files },
    { tar: tarOf(...Object.entries(files).map(([name, text]) => ({ name, text }))) },
  ]
}

async function namesIn(world: World, image: string): Promise<readonly string[]> {
  return [...(await filesIn(world, image, '/all')).keys()].toSorted()
}

/** All that a folder can hold. */
async function fill(folder: Folder): Promise<void> {
  await folder.write('plain', 'plain')
  await folder.write('tool', 'tool', 0o755)
  await folder.write('secretive', 'x', 0o600)
  await folder.write('deep/er/a name, with: signs ☂ é', 'strange')
  await folder.makeDirectory('empty')
  await folder.link('link', 'deep/er')
  await folder.link('nowhere', '/no/such')
  await folder.write('sparse', new Uint8Array(1_000_000))
}

export const contextCases: readonly ContractCase[] = [
  {
    id: 'builds/context/may-be-a-folder-files-or-an-archive',
    clauses: ['build.contexts'],
    needs,
    async run(world) {
      const note = `note ${Math.random()}`
      const text = dockerfile(world, 'COPY . /all')
      const files = { 'docker/File': text, 'deep/note': note }
      const spec = { dockerfile: 'docker/File' }
      for (const context of await contextsOf(world, files)) {
        const { id } = await build(world, { context, ...spec })
        const found = await filesIn(world, id, '/all')
        equal([...found.keys()].toSorted(), ['deep', 'deep/note', 'docker', 'docker/File'])
        equal(found.get('deep/note')?.text, note)
      }
      for (const context of await contextsOf(world, { note })) {
        const { id } = await build(world, { context, dockerfile: { inline: text } })
        equal(await namesIn(world, id), ['note'], 'with the Dockerfile as a text')
      }
    },
  },
  {
    id: 'builds/context/leaves-out-what-is-ignored',
    clauses: ['build.ignored'],
    needs,
    async run(world) {
      const files = {
        Dockerfile: dockerfile(world, 'COPY . /all'),
        '.dockerignore': '# a comment\n*.log\nlogs/*\n!logs/keep.log\n\n**/*.tmp\n/Dockerfile*\n',
        'a.log': '',
        'a.txt': '',
        'logs/drop.log': '',
        'logs/keep.log': '',
        'deep/er/a.tmp': '',
        'deep/er/a.log': '',
      }
      const kept = ['.dockerignore', 'a.txt', 'deep', 'deep/er', 'deep/er/a.log', 'logs', 'logs/keep.log']
      for (const context of await contextsOf(world, files))
        equal(await namesIn(world, (await build(world, { context })).id), kept)
      const own = { ...files, 'Dockerfile.dockerignore': '*\n!a.*\n' }
      for (const context of await contextsOf(world, own))
        equal(await namesIn(world, (await build(world, { context })).id), ['a.log', 'a.txt'], 'by its own ignore file')
      for (const context of await contextsOf(world, files)) {
        const { id } = await build(world, { context, dockerfile: { inline: files.Dockerfile } })
        equal(await namesIn(world, id), kept, 'with the Dockerfile as a text')
      }
    },
  },
  {
    id: 'builds/context/leaves-out-ignored-files-beside-names-in-any-script',
    clauses: ['build.names', 'build.ignored'],
    needs,
    async run(world) {
      const files = {
        Dockerfile: dockerfile(world, 'COPY . /all', 'COPY ["naïve +100%.txt", "日本", "/copied/"]'),
        '.dockerignore': '**/.env\nprivé\n100%\nDockerfile\n.dockerignore\n',
        '.env': 'secret',
        'deep/.env': 'secret',
        privé: 'secret',
        '100%': 'secret',
        'naïve +100%.txt': 'naïve',
        日本: 'far',
        'deep/kept': '',
      }
      for (const context of await contextsOf(world, files)) {
        const { id } = await build(world, { context })
        equal(await namesIn(world, id), ['deep', 'deep/kept', 'naïve +100%.txt', '日本'])
        const copied = await filesIn(world, id, '/copied')
        equal([...copied].map(([name, { text }]) => `${name} ${text}`).toSorted(), [
          'naïve +100%.txt naïve',
          '日本 far',
        ])
      }
    },
  },
  {
    id: 'builds/context/takes-back-by-wildcards-what-everything-ignores',
    clauses: ['build.ignored'],
    needs,
    async run(world) {
      const files = {
        Dockerfile: dockerfile(world, 'COPY . /all'),
        '.dockerignore': '**\n!**/*.ts\n../a.ts\n',
        'a.ts': '',
        'a.log': '',
        'deep/er/b.ts': '',
        'deep/er/b.log': '',
        'other/c.log': '',
      }
      for (const context of await contextsOf(world, files)) {
        const { id } = await build(world, { context })
        equal(await namesIn(world, id), ['a.ts', 'deep', 'deep/er', 'deep/er/b.ts'])
      }
    },
  },
  {
    id: 'builds/context/has-the-last-entry-of-a-path-in-an-archive',
    clauses: ['build.archive-order'],
    needs,
    async run(world) {
      const context = {
        tar: tarOf(
          { name: 'a', text: 'old' },
          { name: 'b', text: 'other' },
          { name: 'linked', type: 'link', linkname: 'a' },
          { name: 'replaced/deep', text: 'old' },
          { name: './a', text: 'the new one' },
          { name: 'replaced', text: 'a file' },
        ),
      }
      const { id } = await build(world, { context, dockerfile: { inline: dockerfile(world, 'COPY . /all') } })
      const found = [...(await filesIn(world, id, '/all'))].map(([name, { text }]) => `${name} ${text}`)
      equal(found.toSorted(), ['a the new one', 'b other', 'linked old', 'replaced a file'])
    },
  },
  {
    id: 'builds/context/keeps-modes-names-and-links',
    clauses: ['build.entries'],
    needs,
    async run(world) {
      const folder = await newFolder(world)
      await fill(folder)
      const inline = dockerfile(world, 'COPY . /all')
      const { id } = await build(world, { context: { directory: folder.path }, dockerfile: { inline } })
      const found = [...(await filesIn(world, id, '/all'))]
      equal(
        found
          .map(([path, { type, mode = 0, linkname, text, size, uid, gid }]) => {
            const content = path === 'sparse' ? size : text
            return [path, type, type === 'symlink' ? linkname : mode & 0o777, content, uid, gid].join(' ')
          })
          .toSorted(),
        [
          `deep directory ${0o755}  0 0`,
          `deep/er directory ${0o755}  0 0`,
          `deep/er/a name, with: signs ☂ é file ${0o644} strange 0 0`,
          `empty directory ${0o755}  0 0`,
          'link symlink deep/er  0 0',
          'nowhere symlink /no/such  0 0',
          `plain file ${0o644} plain 0 0`,
          `secretive file ${0o600} x 0 0`,
          `sparse file ${0o644} 1000000 0 0`,
          `tool file ${0o755} tool 0 0`,
        ].toSorted(),
      )
    },
  },
  {
    id: 'builds/context/of-another-folder-is-never-taken',
    clauses: ['build.apart'],
    needs,
    async run(world) {
      const { utimes } = await import('node:fs/promises')
      const when = new Date('2026-01-01T00:00:00Z')
      const words = ['one', 'two', 'six']
      const built = await Promise.all(
        words.map(async (word) => {
          const folder = await newFolder(world)
          await folder.write('Dockerfile', dockerfile(world, 'COPY word /all/word'))
          await folder.write('word', word)
          for (const name of ['word', 'Dockerfile']) await utimes(`${folder.path}/${name}`, when, when)
          return build(world, { context: { directory: folder.path } })
        }),
      )
      for (const [index, { id }] of built.entries())
        equal((await filesIn(world, id, '/all')).get('word')?.text, words[index])
    },
  },
  {
    id: 'builds/context/that-cannot-be-is-refused',
    clauses: ['build.missing-directory', 'errors.branded'],
    needs: ['build'],
    async run(world) {
      const files = { Dockerfile: dockerfile(world) }
      const folder = await newFolder(world)
      const noTar = async function* (): AsyncGenerator<Uint8Array, undefined> {
        yield new TextEncoder().encode('no archive at all'.repeat(100))
      }
      for (const [spec, field] of [
        [{ context: { directory: `${folder.path}/none` } }, 'spec.context.directory'],
        [{ context: { files }, dockerfile: '../Dockerfile' }, 'spec.dockerfile'],
        [{ context: { tar: noTar() } }, 'spec.context.tar'],
        [{ context: { tar: tarOf({ name: '../Dockerfile', text: files.Dockerfile }) } }, 'spec.context.tar'],
      ] as const) {
        const error = await rejects('INVALID_ARGUMENT', build(world, spec))
        equal(error.details.field, field)
      }
      const failure = new Error('the source has failed')
      const broken = async function* (): AsyncGenerator<Uint8Array, undefined> {
        for await (const piece of tarOf({ name: 'Dockerfile', text: files.Dockerfile })) yield piece
        throw failure
      }
      const error: unknown = await build(world, { context: { tar: broken() } }).catch((reason: unknown) => reason)
      ok(
        error === failure || (error instanceof Error && error.cause === failure),
        `its own failure, not ${String(error)}`,
      )
    },
  },
]
