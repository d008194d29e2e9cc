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
      equal((await runtime.inspectContainer(id)).status, 'running')
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
