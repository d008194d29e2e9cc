import { begun, equal, ok, rejects } from '../../world/assertions.ts'
import type { ContractCase } from '../case.ts'

export const changing: readonly ContractCase[] = [
  {
    id: 'changes/restart/ends-and-starts',
    clauses: ['restart.running', 'restart.idle'],
    needs: ['restart'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.onTerm(7))
      const before = await runtime.inspectContainer(id)
      const exit = begun(runtime.waitContainer(id, { condition: 'next-exit' }))
      await runtime.inspectContainer(id)
      await runtime.restartContainer(id)
      equal((await exit).exitCode, 7)
      const after = await runtime.inspectContainer(id)
      equal(after.status, 'running')
      ok(after.startedAt !== before.startedAt, 'it was not started anew')
      await runtime.killContainer(id)
      await runtime.restartContainer(id)
      equal((await runtime.inspectContainer(id)).status, 'running', 'from a stop')
    },
  },
  {
    id: 'changes/pause/stops-the-process-until-it-goes-on',
    clauses: ['pause.stops', 'pause.twice'],
    needs: ['pause'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.ticks())
      await runtime.pauseContainer(id)
      await runtime.pauseContainer(id)
      equal((await runtime.inspectContainer(id)).status, 'paused')
      // What was on its way when it was paused arrives yet; then nothing comes any more.
      await world.eventually('the ticks have ended', async () => {
        const before = (await world.logs(id)).stdout
        await new Promise((resolve) => setTimeout(resolve, 200))
        return (await world.logs(id)).stdout === before
      })
      const still = (await world.logs(id)).stdout
      await runtime.unpauseContainer(id)
      await runtime.unpauseContainer(id)
      equal((await runtime.inspectContainer(id)).status, 'running')
      await world.eventually('the ticks go on', async () => (await world.logs(id)).stdout.length > still.length)
    },
  },
  {
    id: 'changes/pause/keeps-its-networks-consistent',
    clauses: ['pause.networks'],
    needs: ['pause', 'networkConnect'],
    async run(world) {
      const { runtime, programs } = world
      const first = await world.network()
      const second = await world.network()
      const { id } = await world.runReady(programs.forever(), { networks: [{ network: first.name }] })
      await runtime.pauseContainer(id)
      const namesOf = async (): Promise<readonly string[]> =>
        (await runtime.inspectContainer(id)).networks.map(({ networkName }) => networkName).toSorted()
      const takesEffect = async (change: Promise<void>): Promise<boolean> =>
        change.then(
          () => true,
          async (error: unknown) => {
            await rejects('CONTAINER_NOT_RUNNING', Promise.reject(error))
            return false
          },
        )
      const connected = await takesEffect(runtime.connectNetwork(second.id, id))
      equal(await namesOf(), (connected ? [first.name, second.name] : [first.name]).toSorted())
      const disconnected = await takesEffect(runtime.disconnectNetwork(first.id, id))
      const left = [...(disconnected ? [] : [first.name]), ...(connected ? [second.name] : [])]
      equal(await namesOf(), left.toSorted())
      equal((await runtime.listContainers({ labels: world.labels })).length, 1)
      await runtime.unpauseContainer(id)
      equal(await namesOf(), left.toSorted())
      await runtime.removeContainer(id, { force: true })
    },
  },
  {
    id: 'changes/pause/refuses-what-does-not-run',
    clauses: ['pause.idle'],
    needs: ['pause'],
    async run(world) {
      const { runtime, programs } = world
      const created = await world.create(programs.forever())
      const exited = await world.runToEnd(programs.exit(0))
      for (const { id } of [created, exited]) {
        await rejects('CONTAINER_NOT_RUNNING', runtime.pauseContainer(id))
        await rejects('CONTAINER_NOT_RUNNING', runtime.unpauseContainer(id))
      }
    },
  },
  {
    id: 'changes/rename/gives-the-new-name',
    clauses: ['rename.renames', 'rename.conflict', 'rename.same'],
    needs: ['rename'],
    async run(world) {
      const { runtime, programs } = world
      const first = await world.create(programs.exit(0), { name: world.name('first') })
      const second = await world.create(programs.exit(0), { name: world.name('second') })
      const conflict = await rejects('NAME_CONFLICT', runtime.renameContainer(first.id, second.name))
      equal(conflict.details, { name: second.name, holderId: second.id })
      await runtime.renameContainer(first.id, first.name)
      const renamed = world.name('renamed')
      await runtime.renameContainer(first.id, renamed)
      equal((await runtime.inspectContainer(renamed)).id, first.id)
      await rejects('CONTAINER_NOT_FOUND', runtime.inspectContainer(first.name))
      const heir = await world.create(programs.exit(0), { name: first.name })
      equal((await runtime.inspectContainer(first.name)).id, heir.id)
    },
  },
  {
    id: 'changes/update/changes-the-restart-policy',
    clauses: ['update.restart'],
    needs: ['update', 'restartPolicies'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.create(programs.exit(0))
      const restart = { policy: 'on-failure', maximumRetries: 3 } as const
      await runtime.updateContainer(id, { restart })
      equal((await runtime.inspectContainer(id)).restart, restart)
    },
  },
  {
    id: 'changes/update/changes-the-limits',
    clauses: ['update.resources'],
    needs: ['update', 'resourceLimits'],
    async run(world) {
      const { runtime, programs } = world
      const resources = { memoryBytes: 64 * 1024 * 1024, pidsLimit: 100 }
      const { id } = await world.runReady(programs.forever(), { resources })
      const limitOf = async (aspect: 'memory-limit' | 'process-limit'): Promise<string> =>
        (await runtime.execContainer(id, { command: programs.observe(aspect) })).stdout.trim()
      const memoryBytes = 48 * 1024 * 1024
      await runtime.updateContainer(id, { resources: { memoryBytes } })
      equal([await limitOf('memory-limit'), await limitOf('process-limit')], [String(memoryBytes), '100'])
      equal((await runtime.inspectContainer(id)).resources?.memoryBytes, memoryBytes)
    },
  },
  {
    id: 'changes/update/keeps-what-it-does-not-name',
    clauses: ['update.keeps', 'update.resources'],
    needs: ['update', 'resourceLimits', 'restartPolicies'],
    async run(world) {
      const { runtime, programs } = world
      const restart = { policy: 'on-failure', maximumRetries: 3 } as const
      const memoryBytes = 64 * 1024 * 1024
      const { id } = await world.runReady(programs.forever(), { restart, resources: { cpus: 0.5, memoryBytes } })
      const told = async (): Promise<unknown> => {
        const details = await runtime.inspectContainer(id)
        return [details.restart, details.resources?.cpus, details.resources?.memoryBytes]
      }
      await runtime.updateContainer(id, { resources: { cpus: 0.25 } })
      equal(await told(), [restart, 0.25, memoryBytes])
      const { stdout } = await runtime.execContainer(id, { command: programs.observe('cpu-percent') })
      equal(stdout.trim(), '25')
      await runtime.updateContainer(id, {})
      await runtime.updateContainer(id, { resources: { pidsLimit: 100 } })
      equal(await told(), [restart, 0.25, memoryBytes])
    },
  },
  {
    id: 'changes/restart-policy/starts-again-as-often-as-it-says',
    clauses: ['restart-policy.restarts'],
    needs: ['restartPolicies'],
    async run(world) {
      const { runtime, programs } = world
      const restart = { policy: 'on-failure', maximumRetries: 2 } as const
      const { id } = await world.run(programs.exit(3), { restart })
      const details = await world.eventually('it has given up', async () => {
        const now = await runtime.inspectContainer(id)
        return now.status === 'exited' && now.restartCount >= 2 && now
      })
      equal([details.restartCount, details.exitCode], [2, 3])
    },
  },
  {
    id: 'changes/connect/joins-and-leaves',
    clauses: ['connect.joins', 'connect.leaves'],
    needs: ['networkConnect'],
    async run(world) {
      const { runtime, programs } = world
      const first = await world.network()
      const second = await world.network()
      const { id } = await world.runReady(programs.forever(), { networks: [{ network: first.name }] })
      const names = async (): Promise<readonly string[]> =>
        (await runtime.inspectContainer(id)).networks.map(({ networkName }) => networkName).toSorted()
      await runtime.connectNetwork(second.name, id, { aliases: ['buoy'] })
      await runtime.connectNetwork(second.id, id)
      equal(await names(), [first.name, second.name].toSorted())
      const { networks } = await runtime.inspectContainer(id)
      const endpoint = networks.find(({ networkId }) => networkId === second.id)
      ok(endpoint?.aliases.includes('buoy'), 'the alias is missing')
      equal((await runtime.inspectNetwork(second.id)).containerIds, [id])
      await runtime.disconnectNetwork(second.name, id)
      await runtime.disconnectNetwork(second.id, id)
      equal(await names(), [first.name])
    },
  },
  {
    id: 'changes/prune/removes-what-is-labelled-and-idle',
    clauses: ['prune.labelled'],
    needs: ['prune'],
    async run(world) {
      const { runtime, programs } = world
      const labels = { ...world.labels, 'org.moorage.contract.prune': 'yes' }
      const used = await world.network({ labels })
      const idle = await world.network({ labels })
      const kept = await world.volume({ labels })
      const loose = await world.volume({ labels })
      const running = await world.runReady(programs.forever(), {
        labels,
        networks: [{ network: used.name }],
        mounts: [{ type: 'volume', source: kept.name, target: '/data' }],
      })
      const exited = await world.runToEnd(programs.exit(0), { labels })
      const other = await world.runToEnd(programs.exit(0))
      equal((await runtime.pruneContainers({ labels })).removed, [exited.id], 'containers')
      equal((await runtime.pruneNetworks({ labels })).removed, [idle.id], 'networks')
      equal((await runtime.pruneVolumes({ labels })).removed, [loose.name], 'volumes')
      const left = await runtime.listContainers({ labels: world.labels })
      equal(left.map(({ id }) => id).toSorted(), [running.id, other.id].toSorted(), 'what is left')
      equal((await runtime.inspectNetwork(used.id)).id, used.id)
      equal((await runtime.inspectVolume(kept.name)).name, kept.name)
    },
  },
  {
    id: 'changes/prune/leaves-images-without-the-labels',
    clauses: ['prune.labelled'],
    needs: ['prune'],
    async run({ runtime, labels, programs }) {
      equal((await runtime.pruneImages({ labels })).removed, [])
      ok(
        (await runtime.inspectImage(programs.image)).tags.includes(programs.image),
        'the image of the programs is gone',
      )
    },
  },
  ...(['pruneContainers', 'pruneImages', 'pruneNetworks', 'pruneVolumes'] as const).map((method): ContractCase => ({
    id: `changes/prune/${method}-needs-labels`,
    clauses: ['prune.labels-required'],
    needs: ['prune'],
    async run({ runtime }) {
      for (const filter of [{ labels: {} }, {}, undefined]) {
        const call = runtime[method] as (given: unknown) => Promise<unknown>
        const error = await rejects('INVALID_ARGUMENT', () => call(filter))
        ok(error.details.field.includes('labels'), `the error names \`${error.details.field}\``)
      }
    },
  })),
]
