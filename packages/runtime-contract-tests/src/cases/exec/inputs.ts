import { Readable } from 'node:stream'
import { begun, equal, ok } from '../../world/assertions.ts'
import { lineOf, readUntil, textOf } from '../../world/output.ts'
import type { ContractCase } from '../case.ts'

const needs = ['interactiveStreams'] as const
const size = { columns: 101, rows: 37 }
const otherSize = { columns: 120, rows: 40 }

/** More than everything on the way from a process to its reader holds. */
const manyBytes = 32 * 1024 * 1024
const manyLines = 1e9

/** Long enough for a process that nothing holds up to have written it all. */
const heldUpMs = 1000

export const inputs: readonly ContractCase[] = [
  {
    id: 'exec/start/takes-stdin-from-every-source',
    clauses: ['process.sources'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const sources = [
        ['a text ☂', 'a text ☂'],
        [new TextEncoder().encode('bytes'), 'bytes'],
        [Readable.from(['from ', 'Node']), 'from Node'],
        [new Blob(['from the ', 'web']).stream() as unknown as AsyncIterable<Uint8Array>, 'from the web'],
      ] as const
      for (const [stdin, expected] of sources) {
        const process = await runtime.startExec(id, { command: programs.cat() }, { stdin })
        equal(await textOf(process.output), expected)
        equal(await process.exited, { exitCode: 0 })
      }
    },
  },
  {
    id: 'exec/start/holds-up-what-nobody-reads',
    clauses: ['process.held-up'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const line = 'x'.repeat(1024)
      const process = await runtime.startExec(id, { command: programs.repeat(line, manyBytes / line.length) })
      let hasEnded = false
      process.exited.then(
        () => (hasEnded = true),
        () => (hasEnded = true),
      )
      await new Promise((resolve) => setTimeout(resolve, heldUpMs))
      ok(!hasEnded, 'it has written everything, and nobody has read')
      let bytes = 0
      for await (const chunk of process.output) bytes += chunk.bytes.byteLength
      equal(bytes, manyBytes)
      equal(await process.exited, { exitCode: 0 })
    },
  },
  {
    id: 'exec/start/tells-its-end-though-nobody-reads',
    clauses: ['process.unread'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const process = await runtime.startExec(id, { command: programs.lines(manyLines) })
      await new Promise((resolve) => setTimeout(resolve, heldUpMs))
      await process.kill('SIGKILL')
      equal(await process.exited, { exitCode: 137 })
      equal((await runtime.execContainer(id, { command: programs.exit(3) })).exitCode, 3)
      ok((await textOf(process.output)).startsWith('line 1\n'), 'what it has written is lost')
    },
  },
  {
    id: 'exec/start/a-terminal-has-its-size',
    clauses: ['process.terminal'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const spec = { command: programs.sizes(), tty: true }
      const process = await runtime.startExec(id, spec, { terminalSize: size })
      equal(await lineOf(process.output), '37 101')
      // Of several at once the last one counts.
      await Promise.all([
        begun(process.resize({ columns: 1, rows: 1 })),
        begun(process.resize(size)),
        process.resize(otherSize),
      ])
      await process.write('\n')
      equal(await lineOf(process.output), '40 120')
      await process.kill('SIGKILL')
      equal(await process.exited, { exitCode: 137 })
      // Of what has ended it is a no-op.
      await process.resize(size)
    },
  },
  {
    id: 'exec/attach/brings-what-was-logged-first',
    clauses: ['attach.logs', 'attach.end'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.ticks())
      const attachment = await runtime.attachContainer(id, { includeLogs: true })
      equal((await lineOf(attachment.output)).split('\n')[0], 'tick 1')
      await runtime.killContainer(id)
      await textOf(attachment.output)
      await attachment[Symbol.asyncDispose]()
    },
  },
  {
    id: 'exec/attach/is-left-while-the-container-runs',
    clauses: ['attach.end'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.ticks())
      const attachment = await runtime.attachContainer(id)
      await readUntil(attachment.output, 'tick')
      await attachment[Symbol.asyncDispose]()
      equal((await attachment.output.next()).done, true)
      equal((await runtime.inspectContainer(id)).status, 'running')
    },
  },
  {
    id: 'exec/attach/a-terminal-is-written-to-and-resized',
    clauses: ['attach.terminal'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.create(programs.sizes(), { tty: true, openStdin: true })
      const attachment = await runtime.attachContainer(id, { stdin: true })
      await runtime.startContainer(id)
      await lineOf(attachment.output)
      await attachment.resize(otherSize)
      await attachment.write('\n')
      equal(await lineOf(attachment.output), '40 120')
      await attachment[Symbol.asyncDispose]()
    },
  },
  {
    id: 'exec/attach/reports-how-it-ended',
    clauses: ['attach.ended'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const created = await world.create(programs.lines(3))
      const unread = await runtime.attachContainer(created.id)
      await runtime.startContainer(created.id)
      equal(await unread.ended, { type: 'exited' }, 'with unread output')
      await unread[Symbol.asyncDispose]()
      const { id } = await world.runReady(programs.ticks())
      const [disposed, left, killed] = [
        await runtime.attachContainer(id),
        await runtime.attachContainer(id),
        await runtime.attachContainer(id),
      ]
      await disposed[Symbol.asyncDispose]()
      equal(await disposed.ended, { type: 'detached' }, 'disposed of')
      for await (const _chunk of left.output) break
      equal(await left.ended, { type: 'detached' }, 'no longer read')
      await runtime.killContainer(id)
      await textOf(killed.output)
      equal(await killed.ended, { type: 'exited' }, 'killed')
      const never = await world.create(programs.exit(0))
      const waiting = await runtime.attachContainer(never.id)
      await runtime.removeContainer(never.id)
      equal(await waiting.ended, { type: 'removed' }, 'removed')
      for (const attachment of [left, killed, waiting]) await attachment[Symbol.asyncDispose]()
    },
  },
  {
    id: 'exec/attach/is-left-before-its-output-is-read',
    clauses: ['attach.ended'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.ticks())
      const [left, disposed] = [await runtime.attachContainer(id), await runtime.attachContainer(id)]
      await left.output.return()
      equal(await left.ended, { type: 'detached' }, 'returned from')
      await disposed.output[Symbol.asyncDispose]()
      equal(await disposed.ended, { type: 'detached' }, 'disposed of')
      equal((await runtime.inspectContainer(id)).status, 'running')
      for (const attachment of [left, disposed]) await attachment[Symbol.asyncDispose]()
    },
  },
]
