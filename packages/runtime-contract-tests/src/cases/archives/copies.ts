import { collectBytes } from '@moorage/runtime-core'
import { equal, ok, rejects } from '../../world/assertions.ts'
import { entriesOf, tarOf, type TarEntry } from '../../world/tar.ts'
import type { ContractCase } from '../case.ts'

const needs = ['archives'] as const
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

const harbour: readonly TarEntry[] = [
  { name: 'harbour/', type: 'directory', mode: 0o750 },
  { name: 'harbour/quay', text: 'stone', mode: 0o600, uid: 12345, gid: 23456 },
  { name: 'harbour/jetty', type: 'symlink', linkname: 'quay' },
  { name: 'harbour/empty/', type: 'directory', mode: 0o700 },
  { name: 'harbour/bôat ☂ one', text: 'afloat', mode: 0o755 },
]

/** What matters of an entry, by its name. */
function facts(entries: readonly TarEntry[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    entries.map(({ name, type, mode = 0, linkname, text }) => {
      const what = type === 'symlink' ? `-> ${linkname}` : `${(mode & 0o7777).toString(8)} ${text ?? ''}`.trim()
      return [name.replace(/\/$/, ''), `${type} ${what}`]
    }),
  )
}

/** An archive with one bad entry, and what must not be there afterwards. */
const leaving: readonly (readonly TarEntry[])[] = [
  [{ name: '../escaped', text: 'x' }],
  [{ name: 'a/../../escaped', text: 'x' }],
  [{ name: 'escaped', type: 'link', linkname: '../../etc/passwd' }],
]

export const copyCases: readonly ContractCase[] = [
  {
    id: 'archives/copy/unpacks-and-packs-again',
    clauses: ['archive.unpack', 'archive.pack'],
    needs,
    async run(world) {
      const { runtime } = world
      const { id } = await world.create(world.programs.exit(0))
      await runtime.copyToContainer(id, '/tmp', tarOf(...harbour))
      equal(decode(await runtime.readFile(id, '/tmp/harbour/quay')), 'stone')
      equal(decode(await runtime.readFile(id, '/tmp/harbour/jetty')), 'stone')
      const { type, mode } = await runtime.statPath(id, '/tmp/harbour')
      equal([type, mode], ['directory', 0o750])
      equal(facts(await entriesOf(runtime.copyFromContainer(id, '/tmp/harbour'))), {
        harbour: 'directory 750',
        'harbour/quay': 'file 600 stone',
        'harbour/jetty': 'symlink -> quay',
        'harbour/empty': 'directory 700',
        'harbour/bôat ☂ one': 'file 755 afloat',
      })
    },
  },
  {
    id: 'archives/copy/keeps-owners-only-when-asked',
    clauses: ['archive.owner'],
    needs,
    async run(world) {
      const { runtime } = world
      const { id } = await world.runReady(world.programs.forever())
      await runtime.copyToContainer(id, '/tmp', tarOf(...harbour))
      equal(await world.ownerOf(id, '/tmp/harbour/quay'), '0 0')
      await runtime.copyToContainer(id, '/tmp', tarOf(...harbour), { preserveOwner: true })
      equal(await world.ownerOf(id, '/tmp/harbour/quay'), '12345 23456')
    },
  },
  {
    id: 'archives/copy/brings-large-files-whole',
    clauses: ['archive.large'],
    needs,
    async run(world) {
      const { runtime } = world
      const { id } = await world.create(world.programs.exit(0))
      const bytes = new Uint8Array(24 * 1024 * 1024).map((_, place) => (place * 31) ^ (place >> 11))
      await runtime.writeFile(id, '/tmp/large', bytes)
      equal((await runtime.statPath(id, '/tmp/large')).sizeBytes, bytes.byteLength)
      const read = await runtime.readFile(id, '/tmp/large', { maxBytes: bytes.byteLength })
      ok(Buffer.compare(read, bytes) === 0, 'the bytes are not those that were written')
    },
  },
  {
    id: 'archives/copy/never-leaves-its-directory',
    clauses: ['archive.stays-within'],
    needs,
    async run(world) {
      const { runtime } = world
      const { id } = await world.create(world.programs.exit(0))
      await runtime.copyToContainer(id, '/tmp', tarOf({ name: 'inner/', type: 'directory' }))
      for (const entries of leaving) {
        const error = await rejects('INVALID_ARGUMENT', runtime.copyToContainer(id, '/tmp/inner', tarOf(...entries)))
        equal(error.details.field, 'archive')
      }
      await rejects('PATH_NOT_FOUND', runtime.statPath(id, '/tmp/escaped'))
      await rejects('PATH_NOT_FOUND', runtime.statPath(id, '/tmp/inner/escaped'))
    },
  },
  {
    id: 'archives/copy/refuses-what-is-no-archive',
    clauses: ['archive.malformed'],
    needs,
    async run(world) {
      const { runtime } = world
      const { id } = await world.create(world.programs.exit(0))
      const whole = await collectBytes(tarOf({ name: 'cut', text: 'x'.repeat(5000) }))
      for (const bytes of [new TextEncoder().encode('no archive at all '.repeat(100)), whole.subarray(0, 2000)]) {
        const archive = (async function* () {
          yield bytes
        })()
        const error = await rejects('INVALID_ARGUMENT', runtime.copyToContainer(id, '/tmp', archive))
        equal(error.details.field, 'archive')
      }
    },
  },
  {
    id: 'archives/copy/is-left-at-once',
    clauses: ['archive.leave'],
    needs,
    async run(world) {
      const { runtime } = world
      const { id } = await world.create(world.programs.exit(0))
      await runtime.writeFile(id, '/tmp/large', new Uint8Array(8 * 1024 * 1024))
      const stream = runtime.copyFromContainer(id, '/tmp/large')
      ok((await stream.next()).done !== true, 'nothing came')
      await stream.return()
      equal((await stream.next()).done, true)
    },
  },
]
