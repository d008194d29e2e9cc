import { equal, ok, rejects } from '../../world/assertions.ts'
import { textOf } from '../../world/output.ts'
import type { ContractCase } from '../case.ts'

const path = '/tmp/still-there'
const reason = new Error('the source has run dry')

/** One that fails once it is told to. */
async function* failing(when: () => Promise<unknown>): AsyncGenerator<string, undefined> {
  yield 'some '
  await when()
  throw reason
}

/** What a caller without types may hand over. */
async function* numbers(): AsyncGenerator<string, undefined> {
  yield 1 as unknown as string
}

export const sources: readonly ContractCase[] = [
  {
    id: 'exec/collect/fails-with-its-source',
    clauses: ['exec.stdin-failed'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const spec = { command: programs.touchInChild(path) }
      const stdin = failing(() => world.untilWritten(id, path))
      const error = await rejects('STDIN_FAILED', runtime.execContainer(id, spec, { stdin }))
      ok(error.cause === reason, 'the cause is not the error of the source')
      await world.untilUnchanged(id, path)
      const wrong = await rejects(
        'STDIN_FAILED',
        runtime.execContainer(id, { command: programs.cat() }, { stdin: numbers() }),
      )
      ok(wrong.cause instanceof TypeError, 'the cause does not say what was yielded')
      equal((await runtime.inspectContainer(id)).status, 'running')
    },
  },
  {
    id: 'exec/start/fails-with-its-source',
    clauses: ['process.stdin-failed'],
    needs: ['interactiveStreams'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const spec = { command: programs.touchInChild(path) }
      const stdin = failing(() => world.untilWritten(id, path))
      const process = await runtime.startExec(id, spec, { stdin, onAbort: 'detach' })
      const error = await rejects('STDIN_FAILED', process.exited)
      ok(error.cause === reason, 'the cause is not the error of the source')
      await rejects('STDIN_FAILED', textOf(process.output))
      await world.untilUnchanged(id, path)
    },
  },
  {
    id: 'exec/collect/ends-a-terminal-s-input',
    clauses: ['exec.stdin-terminal'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      for (const stdin of ['afloat\n', 'aflo', '']) {
        const { stdout, exitCode } = await runtime.execContainer(id, { command: programs.cat(), tty: true }, { stdin })
        ok(stdout.includes(stdin.trim()), `not in the output: ${JSON.stringify(stdin)}`)
        equal(exitCode, 0)
      }
    },
  },
  {
    id: 'exec/start/ends-a-terminal-s-input',
    clauses: ['exec.stdin-terminal'],
    needs: ['interactiveStreams'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const process = await runtime.startExec(id, { command: programs.cat(), tty: true })
      await process.write('aflo')
      await process.endStdin()
      equal(await process.exited, { exitCode: 0 })
      await rejects('STDIN_CLOSED', process.write('x'))
      ok((await textOf(process.output)).includes('aflo'), 'it has not read the line')
    },
  },
]
