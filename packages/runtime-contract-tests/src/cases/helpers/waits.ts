import { waitForLogLine, waitForPort, waitUntilHealthy } from '@moorage/runtime-core'
import { begun, equal, rejects } from '../../world/assertions.ts'
import type { ContractCase } from '../case.ts'

const path = '/tmp/up'
const port = 8080

export const waitCases: readonly ContractCase[] = [
  {
    id: 'helpers/wait/until-healthy',
    clauses: ['wait.healthy'],
    needs: ['healthchecks'],
    async run(world) {
      const { runtime, programs } = world
      const healthcheck = { test: programs.readFile(path), intervalMs: 1000, retries: 60 }
      const { id } = await world.runReady(programs.forever(), { healthcheck })
      const waiting = begun(waitUntilHealthy(runtime, id))
      equal((await runtime.inspectContainer(id)).health, 'starting')
      await runtime.execContainer(id, { command: programs.writeFile(path, 'yes') })
      const { health, id: waitedFor } = await waiting
      equal([health, waitedFor], ['healthy', id])
    },
  },
  {
    id: 'helpers/wait/until-an-image-s-own-check-is-healthy',
    clauses: ['wait.healthy-image'],
    needs: ['healthchecks'],
    prerequisites: ['checked-image'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever(), { image: programs.checkedImage ?? '' })
      await runtime.execContainer(id, { command: programs.writeFile(path, 'yes') })
      equal((await waitUntilHealthy(runtime, id)).health, 'healthy')
    },
  },
  {
    id: 'helpers/wait/until-healthy-fails-early',
    clauses: ['wait.healthy-fails'],
    needs: ['healthchecks'],
    async run(world) {
      const { runtime, programs } = world
      const failing = { test: programs.readFile('/no/such'), intervalMs: 1000, retries: 1 }
      const unhealthy = await world.runReady(programs.forever(), { healthcheck: failing })
      await rejects('CONTAINER_UNHEALTHY', waitUntilHealthy(runtime, unhealthy.id))
      const patient = { ...failing, intervalMs: 60_000 }
      const { id } = await world.runReady(programs.forever(), { healthcheck: patient })
      const waiting = begun(waitUntilHealthy(runtime, id))
      await runtime.killContainer(id)
      await rejects('CONTAINER_NOT_RUNNING', waiting)
      const unchecked = await world.runReady(programs.forever())
      await rejects('INVALID_ARGUMENT', waitUntilHealthy(runtime, unchecked.id))
    },
  },
  {
    id: 'helpers/wait/for-a-log-line',
    clauses: ['wait.log-line', 'wait.log-line-fails'],
    async run(world) {
      const { runtime, programs } = world
      const exited = await world.runToEnd(programs.lines(3))
      equal((await waitForLogLine(runtime, exited.id, /2/)).text, 'line 2')
      await rejects('CONTAINER_NOT_RUNNING', waitForLogLine(runtime, exited.id, /line 4/))
      const ticking = await world.runReady(programs.ticks())
      equal((await waitForLogLine(runtime, ticking.id, /tick [35]$/)).text, 'tick 3')
      equal((await waitForLogLine(runtime, ticking.id, ({ text }) => text === 'tick 1')).text, 'tick 1')
    },
  },
  {
    id: 'helpers/wait/for-a-port',
    clauses: ['wait.port', 'wait.port-fails'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.run(programs.listen(port, 'ahoy'))
      equal((await waitForPort(runtime, id, port)).id, id)
      const silent = await world.runReady(programs.forever())
      const waiting = begun(waitForPort(runtime, silent.id, port))
      await world.aWhile()
      await runtime.killContainer(silent.id)
      await rejects('CONTAINER_NOT_RUNNING', waiting)
    },
  },
]
