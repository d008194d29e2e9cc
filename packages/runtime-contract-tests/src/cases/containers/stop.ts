import { equal, rejects } from '../../world/assertions.ts'
import type { ContractCase } from '../case.ts'

export const stopping: readonly ContractCase[] = [
  {
    id: 'containers/stop/stopped-or-never-started-is-a-no-op',
    clauses: ['stop.idle'],
    async run(world) {
      const created = await world.create(world.programs.forever())
      await world.runtime.stopContainer(created.id)
      equal((await world.runtime.inspectContainer(created.id)).status, 'created')
      const { id } = await world.runToEnd(world.programs.exit(3))
      await world.runtime.stopContainer(id)
      equal((await world.runtime.inspectContainer(id)).exitCode, 3)
    },
  },
  {
    id: 'containers/stop/lets-the-process-end-by-itself',
    clauses: ['stop.signal', 'stop.settled'],
    async run(world) {
      const { id } = await world.runReady(world.programs.onTerm(7))
      await world.runtime.stopContainer(id)
      const { status, exitCode } = await world.runtime.inspectContainer(id)
      equal([status, exitCode], ['exited', 7])
    },
  },
  {
    id: 'containers/stop/sends-the-stop-signal-of-the-container',
    clauses: ['stop.signal'],
    async run(world) {
      const { id } = await world.runReady(world.programs.onTerm(7), { stopSignal: 'SIGUSR1' })
      await world.runtime.stopContainer(id)
      equal((await world.runtime.inspectContainer(id)).exitCode, 8)
    },
  },
  {
    id: 'containers/stop/kills-after-the-timeout',
    clauses: ['stop.timeout', 'stop.settled'],
    async run(world) {
      const { id } = await world.runReady(world.programs.ignoreTerm())
      await world.runtime.stopContainer(id, { timeoutMs: 500 })
      const { status, exitCode } = await world.runtime.inspectContainer(id)
      equal([status, exitCode], ['exited', 137])
    },
  },
  {
    id: 'containers/stop/kills-at-once-with-no-time',
    clauses: ['stop.at-once', 'stop.settled'],
    async run(world) {
      const { id } = await world.runReady(world.programs.onTerm(7))
      await world.runtime.stopContainer(id, { timeoutMs: 0 })
      const { status, exitCode } = await world.runtime.inspectContainer(id)
      equal([status, exitCode], ['exited', 137])
    },
  },
  {
    id: 'containers/stop/stops-what-is-paused',
    clauses: ['stop.paused'],
    needs: ['pause'],
    async run(world) {
      const { id } = await world.runReady(world.programs.onTerm(7))
      await world.runtime.pauseContainer(id)
      await world.runtime.stopContainer(id, { timeoutMs: 5000 })
      equal((await world.runtime.inspectContainer(id)).status, 'exited')
    },
  },
  {
    id: 'containers/kill/has-killed-when-it-resolves',
    clauses: ['kill.settled'],
    async run(world) {
      const { id } = await world.runReady(world.programs.ignoreTerm())
      await world.runtime.killContainer(id)
      const { status, exitCode } = await world.runtime.inspectContainer(id)
      equal([status, exitCode], ['exited', 137])
    },
  },
  {
    id: 'containers/kill/delivers-another-signal',
    clauses: ['kill.signal'],
    async run(world) {
      const { id } = await world.runReady(world.programs.onTerm(20))
      await world.runtime.killContainer(id, { killSignal: 'SIGUSR1' })
      equal((await world.runtime.waitContainer(id)).exitCode, 21)
    },
  },
  {
    id: 'containers/kill/refuses-what-does-not-run',
    clauses: ['kill.not-running'],
    async run(world) {
      const created = await world.create(world.programs.forever())
      await rejects('CONTAINER_NOT_RUNNING', world.runtime.killContainer(created.id))
      const { id } = await world.runToEnd(world.programs.exit(0))
      await rejects('CONTAINER_NOT_RUNNING', world.runtime.killContainer(id))
    },
  },
]
