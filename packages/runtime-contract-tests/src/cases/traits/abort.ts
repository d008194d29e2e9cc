import type { World } from '../../world/world.ts'
import type { ContractCase } from '../case.ts'
import { equal } from '../../world/assertions.ts'
import { abortMidway } from '../../world/latency.ts'

/** What an abort does wrongly to a container need not have happened yet when the call has rejected. */
async function stillLives({ runtime, programs }: World, id: string): Promise<void> {
  equal((await runtime.execContainer(id, { command: programs.pause(300) })).exitCode, 0)
  equal((await runtime.inspectContainer(id)).status, 'running')
}

export const abortsMidway: readonly ContractCase[] = [
  {
    id: 'calls/abort/a-wait-midway',
    clauses: ['abort.midway', 'abort.no-listener', 'abort.container-lives'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      world.latencies.push(
        await abortMidway(
          (signal) => runtime.waitContainer(id, { signal }),
          () => runtime.inspectContainer(id),
        ),
      )
      await stillLives(world, id)
    },
  },
  {
    id: 'calls/abort/a-follow-midway',
    clauses: ['abort.midway', 'abort.no-listener', 'abort.container-lives'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const seen: unknown[] = []
      world.latencies.push(
        await abortMidway(
          async (signal) => {
            for await (const chunk of runtime.containerLogs(id, { follow: true, signal })) seen.push(chunk)
          },
          () => world.eventually('the first output', async () => seen.length > 0),
        ),
      )
      await stillLives(world, id)
    },
  },
  {
    id: 'calls/abort/an-exec-midway',
    clauses: ['abort.midway', 'abort.no-listener', 'abort.container-lives', 'abort.exec-killed'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      const path = '/tmp/still-there'
      world.latencies.push(
        await abortMidway(
          (signal) => runtime.execContainer(id, { command: programs.touchUntilKilled(path) }, { signal }),
          () => world.untilWritten(id, path),
        ),
      )
      equal((await runtime.inspectContainer(id)).status, 'running')
      await world.untilUnchanged(id, path)
    },
  },
  {
    id: 'calls/abort/a-stop-midway',
    clauses: ['abort.midway', 'abort.no-listener'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.ignoreTerm())
      world.latencies.push(
        await abortMidway(
          (signal) => runtime.stopContainer(id, { timeoutMs: 30_000, signal }),
          () => runtime.info(),
        ),
      )
    },
  },
  {
    id: 'calls/abort/a-pull-midway',
    clauses: ['abort.midway', 'abort.no-listener'],
    prerequisites: ['stalling-registry'],
    async run(world) {
      const { runtime, registries } = world
      const reference = registries.stalling ?? ''
      world.latencies.push(
        await abortMidway(
          (signal) => runtime.pullImage(reference, { signal }),
          () => runtime.info(),
        ),
      )
    },
  },
  {
    id: 'calls/abort/an-event-stream-midway',
    clauses: ['abort.midway', 'abort.no-listener'],
    needs: ['events'],
    async run({ runtime, latencies }) {
      latencies.push(
        await abortMidway(
          (signal) => runtime.events({ signal, labels: { nobody: 'has-this' } }).next(),
          () => runtime.info(),
        ),
      )
    },
  },
  {
    id: 'calls/abort/a-started-process-midway',
    clauses: ['abort.midway', 'abort.exec-killed'],
    needs: ['interactiveStreams'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      world.latencies.push(
        await abortMidway(
          async (signal) => {
            const process = await runtime.startExec(id, { command: programs.forever() }, { signal })
            await process.exited
          },
          () => runtime.info(),
        ),
      )
    },
  },
  ...(['createContainer', 'createNetwork', 'createVolume'] as const).map((method): ContractCase => ({
    id: `calls/abort/${method}-is-undone`,
    clauses: ['abort.undone', 'abort.no-listener'],
    async run(world) {
      const runtime = await world.openAnother()
      const controller = new AbortController()
      const reason = new Error('changed my mind')
      const options = { signal: controller.signal }
      const creating = (
        method === 'createContainer'
          ? runtime.createContainer(world.spec(world.programs.exit(0)), options)
          : method === 'createNetwork'
            ? runtime.createNetwork(world.networkSpec(), options)
            : runtime.createVolume(world.volumeSpec(), options)
      ).catch((error: unknown) => error)
      // Some turns later, so that the request has gone out where there is one.
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      controller.abort(reason)
      const outcome = await creating
      await runtime.close()
      const wasTooLate = outcome !== reason
      const { labels } = world
      const left = [
        ...(await world.runtime.listContainers({ labels })),
        ...(await world.runtime.listNetworks({ labels })),
        ...(await world.runtime.listVolumes({ labels })),
      ]
      world.leaveToSuite()
      equal(left.length, wasTooLate ? 1 : 0, 'what is left')
    },
  })),
]
