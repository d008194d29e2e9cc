import type { ContainerStatsSample, RuntimeStream } from '@moorage/runtime-core'
import { equal, ok, rejects } from '../../world/assertions.ts'
import type { ContractCase } from '../case.ts'

const needs = ['stats'] as const

/** Reads samples until one is as it is wanted; that it never comes the case's own deadline says. */
async function sampleThat(
  stats: RuntimeStream<ContainerStatsSample>,
  isWanted: (sample: ContainerStatsSample) => boolean,
): Promise<ContainerStatsSample> {
  for (;;) {
    const { done, value } = await stats.next()
    ok(done !== true, 'the samples ended')
    if (isWanted(value)) return value
  }
}

export const usageCases: readonly ContractCase[] = [
  {
    id: 'usage/stats/tell-what-is-used',
    clauses: ['stats.samples'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.spin())
      const stats = runtime.containerStats(id)
      const first = await sampleThat(stats, ({ cpuUsage }) => cpuUsage > 0.05)
      const { at, memoryBytes, pids, ...bytes } = await sampleThat(stats, (sample) => sample.at > first.at)
      ok(!Number.isNaN(Date.parse(at)), `${at} is no time`)
      ok(memoryBytes > 0 && pids >= 1, `${pids} processes use ${memoryBytes} bytes`)
      const { networkReceivedBytes, networkSentBytes, blockReadBytes, blockWrittenBytes } = bytes
      const counters = [networkReceivedBytes, networkSentBytes, blockReadBytes, blockWrittenBytes]
      ok(
        counters.every((count) => Number.isSafeInteger(count) && count >= 0),
        'a counter is no number',
      )
      await stats.return()
    },
  },
  {
    id: 'usage/stats/tell-the-limit',
    clauses: ['stats.limit'],
    needs: ['stats', 'resourceLimits'],
    async run(world) {
      const { runtime, programs } = world
      const memoryBytes = 64 * 1024 * 1024
      const { id } = await world.runReady(programs.forever(), { resources: { memoryBytes } })
      for await (const { memoryLimitBytes } of runtime.containerStats(id)) {
        equal(memoryLimitBytes, memoryBytes)
        break
      }
    },
  },
  {
    id: 'usage/stats/end-with-the-container',
    clauses: ['stats.end'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const stats = runtime.containerStats(id)
      await sampleThat(stats, ({ pids }) => pids > 0)
      await runtime.killContainer(id)
      for await (const { pids } of stats) ok(pids > 0, 'a sample of nothing')
    },
  },
  {
    id: 'usage/stats/of-what-does-not-run-are-none',
    clauses: ['stats.end'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const created = await world.create(programs.forever())
      const exited = await world.runToEnd(programs.exit(0))
      for (const { id } of [created, exited]) equal((await runtime.containerStats(id).next()).done, true)
    },
  },
  {
    id: 'usage/processes/are-all-told',
    clauses: ['processes.list'],
    needs: ['stats', 'interactiveStreams'],
    async run(world) {
      const { runtime, programs } = world
      const command = programs.forever()
      const { id } = await world.runReady(command)
      const path = '/tmp/busy'
      const exec = { command: programs.touchUntilKilled(path), user: programs.otherUser }
      await using _process = await runtime.startExec(id, exec)
      await world.untilWritten(id, path)
      const listed = await runtime.containerProcesses(id)
      const own = listed.find((process) => process.command.includes(command[0] ?? '') && !isExec(process.command))
      const second = listed.find((process) => isExec(process.command))
      ok(own !== undefined && second !== undefined, `of ${JSON.stringify(listed)} one is missing`)
      equal(own.user, 'root')
      equal(second.user, programs.otherUser)
      ok(own.pid > 0 && second.pid > 0 && own.pid !== second.pid, 'their ids are not their own')
      ok(Number.isInteger(own.parentPid) && Number.isInteger(second.parentPid), 'they have no parents')

      function isExec(text: string): boolean {
        return text.includes(path)
      }
    },
  },
  {
    id: 'usage/processes/need-one-that-runs',
    clauses: ['processes.not-running'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const created = await world.create(programs.forever())
      const exited = await world.runToEnd(programs.exit(0))
      for (const { id } of [created, exited]) await rejects('CONTAINER_NOT_RUNNING', runtime.containerProcesses(id))
    },
  },
]
