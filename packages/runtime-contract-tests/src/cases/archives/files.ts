import type { Runtime } from '@moorage/runtime-core'
import { equal, ok, rejects, rejectsWith } from '../../world/assertions.ts'
import { tarOf } from '../../world/tar.ts'
import type { World } from '../../world/world.ts'
import type { ContractCase } from '../case.ts'

const needs = ['archives'] as const
const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte)
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

async function* pieces(...texts: readonly (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array, undefined> {
  yield* texts
}

/** A container whose files can be looked at by processes of its own. */
async function running(world: World): Promise<{ readonly runtime: Runtime; readonly id: string }> {
  const { id } = await world.runReady(world.programs.forever())
  return { runtime: world.runtime, id }
}

const dried = new Error('the source has run dry')

/** What a caller without types may hand over. */
async function* numbers(): AsyncGenerator<Uint8Array, undefined> {
  yield 1 as unknown as Uint8Array
}

async function* failing(): AsyncGenerator<Uint8Array, undefined> {
  yield everyByte
  throw dried
}

export const fileCases: readonly ContractCase[] = [
  {
    id: 'archives/file/is-not-made-of-what-is-no-source',
    clauses: ['source.bytes'],
    needs,
    async run(world) {
      const { runtime, id } = await running(world)
      const wrong = await rejects('INVALID_ARGUMENT', runtime.writeFile(id, '/tmp/no-file', numbers()))
      equal(wrong.details.field, 'content')
      await rejectsWith(dried, runtime.writeFile(id, '/tmp/no-file', failing()))
      await rejects('PATH_NOT_FOUND', runtime.statPath(id, '/tmp/no-file'))
      const archive = await rejects('INVALID_ARGUMENT', runtime.copyToContainer(id, '/tmp', numbers()))
      equal(archive.details.field, 'archive')
      await rejectsWith(dried, runtime.copyToContainer(id, '/tmp', failing()))
    },
  },
  {
    id: 'archives/file/is-read-as-it-was-written',
    clauses: ['file.round-trip'],
    needs,
    async run(world) {
      const { runtime, id } = await running(world)
      await runtime.writeFile(id, '/tmp/ every byte', everyByte)
      equal([...(await runtime.readFile(id, '/tmp/ every byte'))], [...everyByte])
      await runtime.writeFile(id, '/tmp/empty', '')
      equal((await runtime.readFile(id, '/tmp/empty')).byteLength, 0)
      await runtime.writeFile(id, '/tmp/text', 'héllo ☂\n')
      const { stdout } = await runtime.execContainer(id, { command: world.programs.readFile('/tmp/text') })
      equal(stdout, 'héllo ☂\n')
      await runtime.execContainer(id, { command: world.programs.writeFile('/tmp/made', 'by a process') })
      equal(decode(await runtime.readFile(id, '/tmp/made')), 'by a process')
    },
  },
  {
    id: 'archives/file/is-written-from-every-source',
    clauses: ['file.source'],
    needs,
    async run(world) {
      const { runtime, id } = await running(world)
      const web = new Blob(['from the ', 'web']).stream() as unknown as AsyncIterable<Uint8Array>
      for (const [source, expected] of [
        ['a text', 'a text'],
        [new TextEncoder().encode('bytes'), 'bytes'],
        [pieces('some ', new TextEncoder().encode('pieces')), 'some pieces'],
        [web, 'from the web'],
      ] as const) {
        await runtime.writeFile(id, '/tmp/file', source)
        equal(decode(await runtime.readFile(id, '/tmp/file')), expected)
      }
      const failing = (async function* () {
        yield 'a'
        throw new RangeError('the source failed')
      })()
      const error = await runtime.writeFile(id, '/tmp/file', failing).catch((reason: unknown) => reason)
      ok(error instanceof RangeError, 'the failure of a source is not the call’s')
      equal(decode(await runtime.readFile(id, '/tmp/file')), 'from the web', 'what was there')
    },
  },
  {
    id: 'archives/file/has-its-mode-and-owner',
    clauses: ['file.metadata', 'path.stat'],
    needs,
    async run(world) {
      const { runtime, id } = await running(world)
      await runtime.writeFile(id, '/tmp/plain', 'x')
      await runtime.writeFile(id, '/tmp/own', 'xyz', { mode: 0o4750, userId: 12345, groupId: 23456 })
      equal((await runtime.statPath(id, '/tmp/plain')).mode, 0o644)
      const { name, type, mode, sizeBytes } = await runtime.statPath(id, '/tmp/own')
      equal({ name, type, mode, sizeBytes }, { name: 'own', type: 'file', mode: 0o4750, sizeBytes: 3 })
      equal(await world.ownerOf(id, '/tmp/own'), '12345 23456')
      equal(await world.ownerOf(id, '/tmp/plain'), '0 0')
    },
  },
  {
    id: 'archives/file/is-replaced-through-a-link',
    clauses: ['file.replaces', 'file.link', 'path.stat'],
    needs,
    async run(world) {
      const { runtime, id } = await running(world)
      await runtime.writeFile(id, '/tmp/target', 'first')
      const link = '/tmp/link'
      await runtime.copyToContainer(id, '/tmp', tarOf({ name: 'link', type: 'symlink', linkname: 'target' }))
      equal(decode(await runtime.readFile(id, link)), 'first')
      await runtime.writeFile(id, link, 'second')
      equal(decode(await runtime.readFile(id, '/tmp/target')), 'second')
      await runtime.copyToContainer(id, '/tmp', tarOf({ name: 'early', type: 'symlink', linkname: 'late' }))
      await runtime.writeFile(id, '/tmp/early', 'third')
      equal(decode(await runtime.readFile(id, '/tmp/late')), 'third', 'the target, which did not exist')
      equal((await runtime.statPath(id, '/tmp/early')).type, 'symlink')
      const { type, linkTarget, name } = await runtime.statPath(id, link)
      // Some engines tell where it leads to from the root.
      equal([name, type, linkTarget?.split('/').at(-1)], ['link', 'symlink', 'target'])
    },
  },
  {
    id: 'archives/file/is-read-up-to-a-limit',
    clauses: ['file.limit'],
    needs,
    async run(world) {
      const { runtime, id } = await running(world)
      await runtime.writeFile(id, '/tmp/ten', '0123456789')
      equal((await runtime.readFile(id, '/tmp/ten', { maxBytes: 10 })).byteLength, 10)
      const error = await rejects('OUTPUT_LIMIT', runtime.readFile(id, '/tmp/ten', { maxBytes: 9 }))
      equal(error.details.limitBytes, 9)
    },
  },
  {
    id: 'archives/file/is-not-a-directory',
    clauses: ['file.directory'],
    needs,
    async run(world) {
      const { runtime, id } = await running(world)
      for (const call of [
        () => runtime.readFile(id, '/tmp'),
        () => runtime.writeFile(id, '/tmp', 'x'),
        () => runtime.writeFile(id, '/tmp/new/', 'x'),
      ]) {
        equal((await rejects('INVALID_ARGUMENT', call)).details.field, 'path')
      }
    },
  },
  {
    id: 'archives/file/needs-no-process',
    clauses: ['file.stopped'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.create(programs.readFile('/tmp/note'))
      await runtime.writeFile(id, '/tmp/note', 'before')
      equal(decode(await runtime.readFile(id, '/tmp/note')), 'before')
      await runtime.startContainer(id)
      equal((await runtime.waitContainer(id)).exitCode, 0)
      equal((await world.logs(id)).stdout, 'before')
      await runtime.writeFile(id, '/tmp/note', 'after')
      equal(decode(await runtime.readFile(id, '/tmp/note')), 'after')
    },
  },
  {
    id: 'archives/path/that-is-missing-is-told',
    clauses: ['path.missing'],
    needs,
    async run(world) {
      const { runtime, id } = await running(world)
      for (const call of [
        () => runtime.statPath(id, '/no/such'),
        () => runtime.readFile(id, '/no/such'),
        () => runtime.copyFromContainer(id, '/no/such').next(),
        () => runtime.writeFile(id, '/no/such', 'x'),
        () => runtime.copyToContainer(id, '/no/such', tarOf({ name: 'a', text: 'x' })),
        // A file is no directory to unpack into.
        () => runtime.copyToContainer(id, '/etc/passwd', tarOf({ name: 'a', text: 'x' })),
      ]) {
        await rejects('PATH_NOT_FOUND', call)
      }
      await rejects('PATH_NOT_FOUND', runtime.statPath(id, '/no'))
    },
  },
]
