import { RuntimeError, type Mount, type Runtime } from '@moorage/runtime-core'
import { equal, ok, rejects } from '../../world/assertions.ts'
import { entriesOf, tarOf } from '../../world/tar.ts'
import type { World } from '../../world/world.ts'
import type { ContractCase } from '../case.ts'

const needs = ['archives'] as const
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

const directories = ['/tmp', '/volume', '/scratch', '/volume/scratch', '/dev/shm', '/link'] as const

/** A volume and two tmpfs, of which one is inside of the volume; `/link` leads to the other. */
async function mountsOf(world: World): Promise<readonly Mount[]> {
  const { name } = await world.volume()
  return [
    { type: 'volume', source: name, target: '/volume' },
    { type: 'tmpfs', target: '/scratch' },
    { type: 'tmpfs', target: '/volume/scratch' },
  ]
}

async function addLink(runtime: Runtime, id: string): Promise<void> {
  await runtime.copyToContainer(id, '/', tarOf({ name: 'link', type: 'symlink', linkname: '/scratch' }))
}

/** The result, or `undefined` for a refusal that names the field and the path. */
async function unlessRefused<T>(
  field: 'path' | 'archive',
  path: string,
  call: () => Promise<T>,
): Promise<{ readonly value: T } | undefined> {
  try {
    return { value: await call() }
  } catch (error) {
    if (!RuntimeError.is(error, 'UNSUPPORTED')) throw error
    equal(error.details.field, field)
    ok(error.message.includes(path), `the message does not name ${path}`)
    return undefined
  }
}

/** What a process of the container reads there; `undefined` where there is no such file. */
async function processReads({ runtime, programs }: World, id: string, path: string): Promise<string | undefined> {
  const { exitCode, stdout } = await runtime.execContainer(id, { command: programs.readFile(path) })
  return exitCode === 0 ? stdout : undefined
}

export const mountCases: readonly ContractCase[] = [
  {
    id: 'archives/mounts/files-are-the-ones-that-processes-see',
    clauses: ['file.mounts', 'file.round-trip'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever(), { mounts: await mountsOf(world) })
      await addLink(runtime, id)
      for (const directory of directories) {
        const path = `${directory}/written`
        const written = await unlessRefused('path', path, () => runtime.writeFile(id, path, 'by writeFile'))
        equal(await processReads(world, id, path), written && 'by writeFile', path)

        const made = `${directory}/made`
        const { exitCode } = await runtime.execContainer(id, { command: programs.writeFile(made, 'by a process') })
        equal(exitCode, 0, `a process writes ${made}`)
        const read = await unlessRefused('path', made, () => runtime.readFile(id, made))
        if (read !== undefined) equal(decode(read.value), 'by a process', made)
        const details = await unlessRefused('path', made, () => runtime.statPath(id, made))
        if (details !== undefined) equal([details.value.type, details.value.sizeBytes], ['file', 12], made)
        const copied = await unlessRefused('path', made, () => entriesOf(runtime.copyFromContainer(id, made)))
        if (copied !== undefined)
          equal(
            copied.value.map(({ text }) => text),
            ['by a process'],
            made,
          )
      }
    },
  },
  {
    id: 'archives/mounts/files-written-before-the-start-reach-processes',
    clauses: ['file.mounts', 'file.stopped'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.create(programs.forever(), { mounts: await mountsOf(world) })
      await addLink(runtime, id)
      const expected = new Map<string, string | undefined>()
      for (const directory of directories) {
        const path = `${directory}/before`
        try {
          const written = await unlessRefused('path', path, () => runtime.writeFile(id, path, 'before'))
          expected.set(path, written && 'before')
        } catch (error) {
          // What is mounted at the start may have no directory yet.
          if (!RuntimeError.is(error, 'PATH_NOT_FOUND')) throw error
          expected.set(path, undefined)
        }
      }
      equal([expected.get('/tmp/before'), expected.get('/volume/before')], ['before', 'before'], 'root and volume')
      await runtime.startContainer(id)
      for (const [path, text] of expected) equal(await processReads(world, id, path), text, path)
    },
  },
  {
    id: 'archives/mounts/entries-reach-processes-or-are-refused',
    clauses: ['archive.mounts'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.create(programs.forever(), { mounts: await mountsOf(world) })
      const expected = new Map<string, string | undefined>()
      for (const state of ['created', 'running']) {
        if (state === 'running') await runtime.startContainer(id)
        for (const directory of ['/tmp', '/volume', '/scratch', '/volume/scratch']) {
          const path = `${directory}/${state}`
          const copied = await unlessRefused('archive', path, () =>
            runtime.copyToContainer(id, '/', tarOf({ name: path.slice(1), text: state })),
          )
          expected.set(path, copied && state)
        }
      }
      for (const [path, text] of expected) equal(await processReads(world, id, path), text, path)
    },
  },
  {
    id: 'archives/mounts/directories-are-copied-with-what-processes-see',
    clauses: ['archive.mounts'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever(), { mounts: await mountsOf(world) })
      for (const path of ['/volume/file', '/volume/scratch/file'])
        await runtime.execContainer(id, { command: programs.writeFile(path, 'x') })
      const copied = await unlessRefused('path', '/volume', () => entriesOf(runtime.copyFromContainer(id, '/volume')))
      const files = copied?.value.filter(({ type }) => type === 'file').map(({ name }) => name)
      if (files !== undefined) equal(files.toSorted(), ['volume/file', 'volume/scratch/file'])
    },
  },
  {
    id: 'archives/mounts/that-are-read-only-are-not-written-to',
    clauses: ['file.read-only'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { name: source } = await world.volume()
      const mounts = [{ type: 'volume', source, target: '/volume', readOnly: true }] as const
      const { id } = await world.create(programs.forever(), { mounts, readOnlyRoot: true })
      for (const state of ['created', 'running']) {
        if (state === 'running') await runtime.startContainer(id)
        for (const directory of ['/volume', '/etc']) {
          const path = `${directory}/${state}`
          for (const call of [
            () => runtime.writeFile(id, path, 'x'),
            () => runtime.copyToContainer(id, directory, tarOf({ name: state, text: 'x' })),
          ]) {
            equal((await rejects('UNSUPPORTED', call)).details.field, 'path', path)
          }
          await rejects('PATH_NOT_FOUND', runtime.statPath(id, path))
        }
      }
    },
  },
]
