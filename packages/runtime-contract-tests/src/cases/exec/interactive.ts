import { equal, rejects } from '../../world/assertions.ts'
import { readUntil, textOf } from '../../world/output.ts'
import type { ContractCase } from '../case.ts'

export const interactive: readonly ContractCase[] = [
  {
    id: 'exec/start/writes-reads-and-ends',
    clauses: ['process.stdin', 'process.output'],
    needs: ['interactiveStreams'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const process = await runtime.startExec(id, { command: programs.cat() })
      await process.write('one\n')
      await readUntil(process.output, 'one\n')
      await process.write('two\n')
      await process.endStdin()
      equal(await textOf(process.output), 'two\n')
      equal(await process.exited, { exitCode: 0 })
    },
  },
  {
    id: 'exec/start/refuses-what-comes-after-the-end',
    clauses: ['process.stdin-closed'],
    needs: ['interactiveStreams'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const ended = await runtime.startExec(id, { command: programs.cat() })
      await ended.endStdin()
      await rejects('STDIN_CLOSED', ended.write('x'))
      await ended.exited
      const exited = await runtime.startExec(id, { command: programs.exit(3) })
      equal(await exited.exited, { exitCode: 3 })
      await rejects('STDIN_CLOSED', exited.write('x'))
    },
  },
  {
    id: 'exec/start/kills',
    clauses: ['process.kill', 'process.output'],
    needs: ['interactiveStreams'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const process = await runtime.startExec(id, { command: programs.onTerm(11) })
      await readUntil(process.output, 'ready')
      await process.kill('SIGTERM')
      equal(await process.exited, { exitCode: 11 })
      equal((await runtime.inspectContainer(id)).status, 'running')
    },
  },
  {
    id: 'exec/start/detaches',
    clauses: ['process.detached'],
    needs: ['interactiveStreams'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const path = '/tmp/detached'
      const process = await runtime.startExec(id, { command: programs.writeFile(path, 'done') }, { detach: true })
      equal(await process.exited, { exitCode: 0 })
      equal((await runtime.execContainer(id, { command: programs.readFile(path) })).stdout, 'done')
      equal((await process.output.next()).done, true)
      await rejects('UNSUPPORTED', process.write('x'))
    },
  },
  {
    id: 'exec/attach/tells-what-is-written-from-then-on',
    clauses: ['attach.output'],
    needs: ['interactiveStreams'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.create(programs.lines(3))
      const attachment = await runtime.attachContainer(id)
      await runtime.startContainer(id)
      equal(await textOf(attachment.output), 'line 1\nline 2\nline 3\n')
    },
  },
  {
    id: 'exec/attach/writes-to-the-process',
    clauses: ['attach.stdin'],
    needs: ['interactiveStreams'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.create(programs.cat(), { openStdin: true })
      const attachment = await runtime.attachContainer(id, { stdin: true })
      await runtime.startContainer(id)
      await attachment.write('ahoy\n')
      await readUntil(attachment.output, 'ahoy\n')
      await attachment[Symbol.asyncDispose]()
    },
  },
  {
    id: 'exec/attach/ends-the-input',
    clauses: ['attach.stdin', 'attach.stdin-end', 'attach.stdin-closed'],
    needs: ['interactiveStreams'],
    async run(world) {
      const { runtime, programs } = world
      const ended = await world.create(programs.cat(), { openStdin: true })
      const attachment = await runtime.attachContainer(ended.id, { stdin: true })
      await runtime.startContainer(ended.id)
      await attachment.write('ahoy\n')
      await attachment.endStdin()
      await rejects('STDIN_CLOSED', attachment.write('x'))
      equal(await textOf(attachment.output), 'ahoy\n')
      equal(await runtime.waitContainer(ended.id), { exitCode: 0 })
      const left = await world.create(programs.cat(), { openStdin: true })
      {
        await using leaving = await runtime.attachContainer(left.id, { stdin: true })
        await runtime.startContainer(left.id)
        await leaving.write('ahoy\n')
        await readUntil(leaving.output, 'ahoy\n')
      }
      equal(await runtime.waitContainer(left.id), { exitCode: 0 })
    },
  },
  {
    id: 'exec/attach/a-terminal-has-no-end',
    clauses: ['attach.stdin-end'],
    needs: ['interactiveStreams'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.create(programs.cat(), { openStdin: true, tty: true })
      const attachment = await runtime.attachContainer(id, { stdin: true })
      await runtime.startContainer(id)
      await attachment.endStdin()
      await attachment[Symbol.asyncDispose]()
      const next = await runtime.attachContainer(id, { stdin: true })
      await next.write('ahoy\n')
      await readUntil(next.output, 'ahoy')
      await next[Symbol.asyncDispose]()
    },
  },
  {
    id: 'exec/attach/refuses-what-cannot-be-written',
    clauses: ['attach.stdin-closed'],
    needs: ['interactiveStreams'],
    async run(world) {
      const { runtime, programs } = world
      const closed = await world.runReady(programs.forever())
      await rejects('INVALID_ARGUMENT', runtime.attachContainer(closed.id, { stdin: true }))
      const { id } = await world.runReady(programs.forever(), { openStdin: true })
      const listening = await runtime.attachContainer(id)
      await rejects('STDIN_CLOSED', listening.write('x'))
      const writing = await runtime.attachContainer(id, { stdin: true })
      await runtime.killContainer(id)
      await textOf(writing.output)
      await rejects('STDIN_CLOSED', writing.write('x'))
      for (const attachment of [listening, writing]) await attachment[Symbol.asyncDispose]()
    },
  },
  {
    id: 'exec/attach/refuses-what-has-exited',
    clauses: ['attach.exited'],
    needs: ['interactiveStreams'],
    async run(world) {
      const { id } = await world.runToEnd(world.programs.exit(0))
      await rejects('CONTAINER_NOT_RUNNING', world.runtime.attachContainer(id))
    },
  },
]
