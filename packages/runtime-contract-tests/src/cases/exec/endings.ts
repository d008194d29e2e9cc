import { begun, equal, rejects, rejectsWith } from '../../world/assertions.ts'
import { textOf } from '../../world/output.ts'
import type { ContractCase } from '../case.ts'

const needs = ['interactiveStreams'] as const
const path = '/tmp/still-there'

export const endings: readonly ContractCase[] = [
  {
    id: 'exec/collect/does-not-wait-for-what-is-left-behind',
    clauses: ['exec.background'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const { stdout, exitCode } = await runtime.execContainer(id, { command: programs.leaveBehind('afloat') })
      equal([stdout, exitCode], ['afloat', 0])
    },
  },
  {
    id: 'exec/start/does-not-wait-for-what-is-left-behind',
    clauses: ['process.background'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const process = await runtime.startExec(id, { command: programs.leaveBehind('afloat') })
      equal(await process.exited, { exitCode: 0 })
      equal(await textOf(process.output), 'afloat')
    },
  },
  {
    id: 'exec/collect/an-abort-kills-the-children-too',
    clauses: ['process.children'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const controller = new AbortController()
      const reason = new Error('changed my mind')
      const spec = { command: programs.touchInChild(path) }
      const call = begun(runtime.execContainer(id, spec, { signal: controller.signal }))
      await world.untilWritten(id, path)
      controller.abort(reason)
      await rejectsWith(reason, call)
      await world.untilUnchanged(id, path)
      equal((await runtime.inspectContainer(id)).status, 'running')
    },
  },
  {
    id: 'exec/start/is-let-go-by-an-abort-that-says-so',
    clauses: ['process.let-go'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const controller = new AbortController()
      const reason = new Error('changed my mind')
      const spec = { command: programs.touchUntilKilled(path) }
      const process = await runtime.startExec(id, spec, { signal: controller.signal, onAbort: 'detach' })
      await world.untilWritten(id, path)
      controller.abort(reason)
      await rejectsWith(reason, () => process.output.next())
      const before = await world.untilWritten(id, path)
      await world.eventually('it goes on', async () => (await world.untilWritten(id, path)) !== before)
    },
  },
  {
    id: 'exec/start/is-ended-by-whoever-disposes-of-it',
    clauses: ['process.dispose'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const process = await runtime.startExec(id, { command: programs.touchInChild(path) })
      await world.untilWritten(id, path)
      await process[Symbol.asyncDispose]()
      await world.untilUnchanged(id, path)
    },
  },
  {
    id: 'exec/start/says-why-a-process-cannot-start',
    clauses: ['process.start-failed'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      for (const [spec, details] of [
        [{ command: ['no-such-program'] }, { reason: 'not-found', exitCode: 127 }],
        [{ command: [programs.notExecutable] }, { reason: 'not-executable', exitCode: 126 }],
        [
          { command: programs.exit(0), user: 'no-such-user' },
          { reason: 'user', exitCode: 126 },
        ],
      ] as const) {
        equal((await rejects('EXEC_START_FAILED', runtime.startExec(id, spec))).details, details)
      }
    },
  },
  {
    id: 'exec/collect/tells-that-the-container-was-restarted',
    clauses: ['exec.interrupted'],
    needs: ['restart'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const spec = { command: programs.touchUntilKilled(path) }
      const exec = begun(rejects('EXEC_INTERRUPTED', runtime.execContainer(id, spec)))
      await world.untilWritten(id, path)
      await runtime.restartContainer(id, { timeoutMs: 0 })
      await exec
    },
  },
  {
    id: 'exec/start/tells-that-the-container-went-away',
    clauses: ['process.interrupted'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const process = await runtime.startExec(id, { command: programs.touchUntilKilled(path) })
      await runtime.killContainer(id)
      await rejects('EXEC_INTERRUPTED', process.exited)
    },
  },
]
