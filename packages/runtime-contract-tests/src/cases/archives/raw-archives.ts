import { collectBytes, type Runtime } from '@moorage/runtime-core'
import { equal, ok, rejects } from '../../world/assertions.ts'
import { rawTarOf, type RawEntry } from '../../world/raw-tar.ts'
import type { ContractCase } from '../case.ts'

const needs = ['archives'] as const
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

const before: RawEntry = { name: 'before', content: 'x' }
const folder = (name: string): RawEntry => ({ name: `${name}/`, type: '5' })
const link = (name: string, linkName: string): RawEntry => ({ name, type: '2', linkName })
const hardLink = (name: string, linkName: string): RawEntry => ({ name, type: '1', linkName })

const holeBytes = 5 * 1024 * 1024
/** `é` as Latin-1 has it, which is not UTF-8. */
const latin1 = Buffer.from('caf\xe9', 'latin1')

/** A hole and three bytes, as GNU tar writes them with `--format=posix`. */
const sparse: RawEntry = {
  name: 'GNUSparseFile.0/thin',
  content: `1\n${holeBytes}\n3\n`.padEnd(512, '\0') + 'end',
  pax: [
    ['GNU.sparse.major', '1'],
    ['GNU.sparse.minor', '0'],
    ['GNU.sparse.name', 'thin'],
    ['GNU.sparse.realsize', String(holeBytes + 3)],
  ],
}

const other: readonly (readonly [name: string, ...entries: readonly RawEntry[]])[] = [
  ['thin', { name: 'thin', type: 'S', content: 'x' }],
  ['thin', { name: 'thin', content: 'x', pax: [['GNU.sparse.major', '7']] }],
  ['contiguous', { name: 'contiguous', type: '7', content: 'x' }],
  ['unknown', { name: 'unknown', type: 'Z' }],
  ['path', { name: 'global', type: 'g', content: '12 path=a/b\n' }, { name: 'x', content: 'x' }],
]

/** Archives that write outside of their directory, and the entry that would; of relative links, some engines refuse the link. */
const leaving: readonly (readonly [name: string, ...entries: readonly RawEntry[]])[] = [
  ['out/x', link('out', '/tmp/outer'), { name: 'out/x', content: 'x' }],
  ['out/deep/x', link('out', '/tmp/outer'), { name: 'out/deep/x', content: 'x' }],
  ['out', link('out', '../outer'), { name: 'out/x', content: 'x' }],
  ['second/x', link('first', '/tmp'), link('second', 'first/outer'), { name: 'second/x', content: 'x' }],
  ['a/out', folder('a'), link('a/out', '../../outer'), { name: 'a/out/x', content: 'x' }],
  ['out/link', link('out', '/tmp/outer'), link('out/link', 'x')],
  ['hard', link('out', '/tmp/outer'), hardLink('hard', 'out/secret')],
  ['hard/x', link('out', '/tmp/outer'), hardLink('hard', 'out'), { name: 'hard/x', content: 'x' }],
  ['out/', link('out', '/tmp/outer'), folder('out')],
]

/** Refused by the entry's name, and nothing of it is unpacked. */
async function isRefused(runtime: Runtime, id: string, name: string, entries: readonly RawEntry[]): Promise<void> {
  const error = await rejects(
    'INVALID_ARGUMENT',
    runtime.copyToContainer(id, '/tmp/inner', rawTarOf(before, ...entries)),
  )
  equal(error.details.field, 'archive')
  ok(error.message.includes(name), `the message does not name ${name}: ${error.message}`)
  await rejects('PATH_NOT_FOUND', runtime.statPath(id, '/tmp/inner/before'))
}

export const rawArchiveCases: readonly ContractCase[] = [
  {
    id: 'archives/copy/unpacks-what-pax-records-state',
    clauses: ['archive.bytes'],
    needs,
    async run(world) {
      const { runtime } = world
      const { id } = await world.create(world.programs.exit(0))
      const marked: RawEntry = {
        name: 'marked',
        content: 'x',
        pax: [['SCHILY.xattr.user.mark', Uint8Array.of(0xff, 0x80, 0, 0x0a)]],
      }
      const long: RawEntry = {
        name: 'short',
        content: 'z',
        pax: [['path', Buffer.concat([Buffer.from('in/'), latin1])]],
      }
      const named: RawEntry = { name: Buffer.concat([Buffer.from('in/r'), latin1]), content: 'y' }
      await runtime.copyToContainer(id, '/tmp', rawTarOf(sparse, marked, folder('in'), named, long))
      const thin = await runtime.readFile(id, '/tmp/thin')
      equal([thin.byteLength, decode(thin.subarray(holeBytes))], [holeBytes + 3, 'end'])
      ok(
        thin.subarray(0, holeBytes).every((byte) => byte === 0),
        'the hole is not zeros',
      )
      equal(decode(await runtime.readFile(id, '/tmp/marked')), 'x')
      const packed = Buffer.from(await collectBytes(runtime.copyFromContainer(id, '/tmp/in')))
      for (const name of ['in/', 'in/r']) {
        const bytes = Buffer.concat([Buffer.from(name), latin1])
        ok(packed.includes(bytes), `${name}caf\\xe9 has another name`)
      }
    },
  },
  {
    id: 'archives/copy/refuses-entries-that-would-become-others',
    clauses: ['archive.types', 'archive.refused-whole'],
    needs,
    async run(world) {
      const { runtime } = world
      const { id } = await world.create(world.programs.exit(0))
      await runtime.copyToContainer(id, '/tmp', rawTarOf(folder('inner')))
      for (const [name, ...entries] of other) await isRefused(runtime, id, name, entries)
    },
  },
  {
    id: 'archives/copy/never-leaves-through-its-own-links',
    clauses: ['archive.own-links', 'archive.refused-whole'],
    needs,
    async run(world) {
      const { runtime } = world
      const { id } = await world.create(world.programs.exit(0))
      const secret: RawEntry = { name: 'outer/secret', content: 'x' }
      await runtime.copyToContainer(id, '/tmp', rawTarOf(folder('inner'), folder('outer'), secret))
      for (const [name, ...entries] of leaving) await isRefused(runtime, id, name, entries)
      await rejects('PATH_NOT_FOUND', runtime.statPath(id, '/tmp/outer/x'))
      await rejects('PATH_NOT_FOUND', runtime.statPath(id, '/tmp/inner/hard'))
    },
  },
  {
    id: 'archives/copy/follows-its-own-links-within',
    clauses: ['archive.own-links'],
    needs,
    async run(world) {
      const { runtime } = world
      const { id } = await world.create(world.programs.exit(0))
      await runtime.copyToContainer(id, '/tmp', rawTarOf(folder('inner')))
      const entries: readonly RawEntry[] = [
        folder('real'),
        link('relative', 'real'),
        link('absolute', '/tmp/inner/real'),
        link('real/out', '/etc'),
        { name: 'relative/one', content: '1' },
        { name: 'absolute/two', content: '2' },
      ]
      await runtime.copyToContainer(id, '/tmp/inner', rawTarOf(...entries))
      equal(decode(await runtime.readFile(id, '/tmp/inner/real/one')), '1')
      equal(decode(await runtime.readFile(id, '/tmp/inner/real/two')), '2')
      equal((await runtime.statPath(id, '/tmp/inner/real/out')).type, 'symlink')
    },
  },
  {
    id: 'archives/copy/needs-an-entry',
    clauses: ['archive.empty'],
    needs,
    async run(world) {
      const { runtime } = world
      const { id } = await world.create(world.programs.exit(0))
      const nothing = (async function* (): AsyncGenerator<Uint8Array, undefined> {})()
      for (const archive of [rawTarOf(), nothing]) {
        const error = await rejects('INVALID_ARGUMENT', runtime.copyToContainer(id, '/tmp', archive))
        equal(error.details.field, 'archive')
      }
    },
  },
]
