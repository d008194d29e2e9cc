import { finished } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { collectBytes, type CallOptions, type CapabilityName, type ExecProcess } from '@moorage/runtime-core'
import { begun, equal, ok, rejection, rejects, rejectsWith } from '../../world/assertions.ts'
import { build, dockerfile } from '../../world/builds.ts'
import { textOf } from '../../world/output.ts'
import { fleeting, noBytes, piece, silent, silentIterator } from '../../world/sources.ts'
import { tarOf } from '../../world/tar.ts'
import type { World } from '../../world/world.ts'
import type { ContractCase } from '../case.ts'

type Source = AsyncIterable<Uint8Array>

/** A method that reads a source. */
interface SourceMethod {
  readonly name: string
  readonly gates: readonly CapabilityName[]
  readonly field: string
  /** Of a container, where it takes one. */
  readonly call: (world: World, id: string, source: Source, options?: CallOptions) => Promise<unknown>
  /** A call that is refused before anything is sent. */
  readonly refused: (world: World, source: Source) => Promise<unknown>
  /** Shows that all bytes of a source arrive. */
  readonly arrives: (world: World) => Promise<void>
}

const text = 'all of it'
const bytes = new TextEncoder().encode(text)
const cat = ({ programs }: World) => ({ command: programs.cat() })
const running = async (world: World): Promise<string> => (await world.runReady(world.programs.forever())).id

async function fleetingTar(name: string, content: string): Promise<Source> {
  return fleeting(await collectBytes(tarOf({ name, text: content })))
}

const methods: readonly SourceMethod[] = [
  {
    name: 'execContainer',
    gates: [],
    field: 'options.stdin',
    call: (world, id, stdin, options) => world.runtime.execContainer(id, cat(world), { ...options, stdin }),
    refused: (world, stdin) => world.runtime.execContainer('', cat(world), { stdin }),
    async arrives(world) {
      const id = await running(world)
      equal((await world.runtime.execContainer(id, cat(world), { stdin: fleeting(bytes) })).stdout, text)
    },
  },
  {
    name: 'startExec',
    gates: ['interactiveStreams'],
    field: 'options.stdin',
    call: (world, id, stdin, options) => world.runtime.startExec(id, cat(world), { ...options, stdin }),
    refused: (world, stdin) => world.runtime.startExec('', cat(world), { stdin }),
    async arrives(world) {
      const id = await running(world)
      const process = await world.runtime.startExec(id, cat(world), { stdin: fleeting(bytes) })
      equal(await textOf(process.output), text)
    },
  },
  {
    name: 'writeFile',
    gates: ['archives'],
    field: 'content',
    call: (world, id, content, options) => world.runtime.writeFile(id, '/tmp/file', content, options),
    refused: (world, content) => world.runtime.writeFile('', '/tmp/file', content),
    async arrives(world) {
      const id = await running(world)
      await world.runtime.writeFile(id, '/tmp/file', fleeting(bytes))
      equal([...(await world.runtime.readFile(id, '/tmp/file'))], [...bytes])
    },
  },
  {
    name: 'copyToContainer',
    gates: ['archives'],
    field: 'archive',
    call: (world, id, archive, options) => world.runtime.copyToContainer(id, '/tmp', archive, options),
    refused: (world, archive) => world.runtime.copyToContainer('', '/tmp', archive),
    async arrives(world) {
      const id = await running(world)
      await world.runtime.copyToContainer(id, '/tmp', await fleetingTar('file', text))
      equal([...(await world.runtime.readFile(id, '/tmp/file'))], [...bytes])
    },
  },
  {
    name: 'loadImages',
    gates: ['imageArchives'],
    field: 'archive',
    call: (world, _, archive, options) => world.runtime.loadImages(archive, options),
    refused: (world, archive) => world.runtime.loadImages(archive, { signal: 'none' as never }),
    async arrives(world) {
      const { runtime, programs } = world
      const tag = `${world.name('sent')}:1`
      await runtime.tagImage(programs.image, tag)
      world.onCleanup(() => runtime.removeImage(tag))
      const archive = await collectBytes(runtime.saveImages([tag]))
      equal(await runtime.loadImages(fleeting(archive)), [tag])
    },
  },
  {
    name: 'buildImage',
    gates: ['build'],
    field: 'spec.context.tar',
    call: (world, _, tar, options) => build(world, { context: { tar } }, options),
    refused: (world, tar) => world.runtime.buildImage({ context: { tar }, tags: [''] }),
    async arrives(world) {
      const tar = await fleetingTar('Dockerfile', dockerfile(world, `LABEL note="${text}"`))
      const { id } = await build(world, { context: { tar } })
      equal((await world.runtime.inspectImage(id)).labels['note'], text)
    },
  },
]

const needs = ({ gates }: SourceMethod): Pick<ContractCase, 'needs'> => ({ needs: gates })

const readAtOnce = methods.map((method): ContractCase => ({
  id: `calls/sources/${method.name}-reads-at-once`,
  clauses: ['source.at-once'],
  ...needs(method),
  run: (world) => method.arrives(world),
}))

const takesContainer = ({ name }: SourceMethod): boolean => name !== 'loadImages' && name !== 'buildImage'

/** A call that reads the source until it is aborted. */
async function beginsToRead(
  world: World,
  method: SourceMethod,
  source: Source,
): Promise<{ readonly abort: () => Promise<void> }> {
  const controller = new AbortController()
  const reason = new Error('changed my mind')
  const id = takesContainer(method) ? await running(world) : ''
  const call = begun(method.call(world, id, source, { signal: controller.signal }))
  const process = method.name === 'startExec' ? ((await call) as ExecProcess) : undefined
  if (process === undefined) await world.runtime.info()
  return {
    async abort() {
      controller.abort(reason)
      await rejectsWith(reason, process === undefined ? call : process.exited)
    },
  }
}

const closed = methods.map((method): ContractCase => ({
  id: `calls/sources/${method.name}-closes-its-source`,
  clauses: ['source.closed'],
  ...needs(method),
  async run(world) {
    const closes = (source: { readonly isClosed: () => boolean }, when: string): Promise<unknown> =>
      world.eventually(`the source is closed ${when}`, async () => source.isClosed())
    const refused = silent()
    await rejects('INVALID_ARGUMENT', method.refused(world, refused))
    await closes(refused, 'when the call is refused')

    const reason = new Error('changed my mind')
    const unread = silent()
    await rejectsWith(reason, method.call(world, 'box', unread, { signal: AbortSignal.abort(reason) }))
    await closes(unread, 'when the signal is aborted before the call')

    const pending = silent()
    const reading = await beginsToRead(world, method, pending)
    await reading.abort()
    await closes(pending, 'when the call is aborted')

    if (!takesContainer(method)) return
    const failing = silent()
    await rejection(method.call(world, world.name(), failing))
    await closes(failing, 'when there is no such container')
  },
}))

const usedUp = methods.map((method): ContractCase => ({
  id: `calls/sources/${method.name}-refuses-a-stream-that-cannot-be-read`,
  clauses: ['source.used-up'],
  ...needs(method),
  async run(world) {
    const ended = Readable.from([bytes])
    ended.resume()
    await finished(ended)
    const destroyed = Readable.from([bytes])
    destroyed.destroy()
    const locked = new Blob([text]).stream()
    locked.getReader()
    const generator = piece(bytes)
    await rejection(method.call(world, world.name(), generator))
    const shared = piece(bytes)
    const wrapper: Source = { [Symbol.asyncIterator]: () => shared }
    await rejection(method.call(world, world.name(), wrapper))
    const read = Readable.from([bytes])
    await rejection(method.call(world, world.name(), read))
    for (const source of [ended, destroyed, locked as unknown as Source, generator, wrapper, read]) {
      const error = await rejects('INVALID_ARGUMENT', method.call(world, 'box', source))
      equal(error.details.field, method.field)
    }
    ok(locked.locked, 'the reader of a locked stream has lost it')
  },
}))

const closedByRefusal = methods.map((method): ContractCase => ({
  id: `calls/sources/${method.name}-refuses-what-a-refused-call-has-closed`,
  clauses: ['source.used-up'],
  ...needs(method),
  async run(world) {
    const refused = piece(bytes)
    await rejects('INVALID_ARGUMENT', method.refused(world, refused))
    const unread = piece(bytes)
    const signal = AbortSignal.abort(new Error('changed my mind'))
    await rejection(method.call(world, world.name(), unread, { signal }))
    for (const source of [refused, unread]) {
      const error = await rejects('INVALID_ARGUMENT', method.call(world, world.name(), source))
      equal(error.details.field, method.field)
    }
  },
}))

const leftToTheirCall = methods.map((method): ContractCase => ({
  id: `calls/sources/${method.name}-leaves-the-source-of-another-call`,
  clauses: ['source.held'],
  ...needs(method),
  async run(world) {
    const iterator = silentIterator()
    const stream = new Readable({ read: () => undefined })
    const sources = [
      { source: iterator, isClosed: iterator.isClosed },
      { source: stream, isClosed: () => stream.destroyed },
    ]
    for (const { source, isClosed } of sources) {
      const reading = await beginsToRead(world, method, source)
      const second = await rejects('INVALID_ARGUMENT', method.call(world, world.name(), source))
      equal(second.details.field, method.field)
      await rejects('INVALID_ARGUMENT', method.refused(world, source))
      const reason = new Error('changed my mind too')
      await rejectsWith(reason, method.call(world, 'box', source, { signal: AbortSignal.abort(reason) }))
      equal(isClosed(), false, 'closed by a call that was refused')
      await reading.abort()
      await world.eventually('the source is closed with its call', async () => isClosed())
    }
  },
}))

const emptyArchives = methods
  .filter(({ field }) => field === 'archive' || field === 'spec.context.tar')
  .map((method): ContractCase => ({
    id: `calls/sources/${method.name}-refuses-an-archive-without-a-byte`,
    clauses: ['source.empty'],
    ...needs(method),
    async run(world) {
      const id = method.name === 'copyToContainer' ? await running(world) : ''
      const error = await rejects('INVALID_ARGUMENT', method.call(world, id, noBytes()))
      equal(error.details.field, method.field)
    },
  }))

export const sourceCases: readonly ContractCase[] = [
  ...readAtOnce,
  ...closed,
  ...usedUp,
  ...closedByRefusal,
  ...leftToTheirCall,
  ...emptyArchives,
]
