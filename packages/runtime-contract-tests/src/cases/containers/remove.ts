import { equal, rejects } from '../../world/assertions.ts'
import type { ContractCase } from '../case.ts'

export const removing: readonly ContractCase[] = [
  {
    id: 'containers/remove/frees-the-name',
    clauses: ['remove.name-free'],
    async run(world) {
      const name = world.name()
      for (const _ of [1, 2, 3]) {
        const { id } = await world.create(world.programs.exit(0), { name })
        await world.runtime.removeContainer(id)
      }
      equal(await world.runtime.listContainers({ name }), [])
    },
  },
  {
    id: 'containers/remove/refuses-what-runs',
    clauses: ['remove.running', 'remove.force'],
    async run(world) {
      const { id } = await world.runReady(world.programs.forever())
      await rejects('CONTAINER_IS_RUNNING', world.runtime.removeContainer(id))
      equal((await world.runtime.inspectContainer(id)).status, 'running')
      await world.runtime.removeContainer(id, { force: true })
      await rejects('CONTAINER_NOT_FOUND', world.runtime.inspectContainer(id))
    },
  },
  {
    id: 'containers/remove/all-resolve-that-remove-at-once',
    clauses: ['remove.concurrent'],
    async run(world) {
      for (const force of [false, true]) {
        const { id } = await world.create(world.programs.exit(0))
        if (force) await world.runtime.startContainer(id)
        await Promise.all([1, 2, 3, 4, 5].map(() => world.runtime.removeContainer(id, { force })))
        await rejects('CONTAINER_NOT_FOUND', world.runtime.inspectContainer(id))
      }
    },
  },
  {
    id: 'containers/remove/missing-is-the-caller-s-choice',
    clauses: ['remove.missing'],
    async run(world) {
      const { id } = await world.create(world.programs.exit(0))
      await world.runtime.removeContainer(id)
      await rejects('CONTAINER_NOT_FOUND', world.runtime.removeContainer(id))
      await world.runtime.removeContainer(id, { missing: 'ignore' })
    },
  },
  {
    id: 'containers/remove/takes-anonymous-volumes-along',
    clauses: ['remove.volumes', 'volume.survives'],
    async run(world) {
      const { runtime } = world
      const named = await world.volume()
      const mounts = [
        { type: 'volume', source: named.name, target: '/named' },
        { type: 'volume', target: '/anonymous' },
      ] as const
      for (const removeVolumes of [false, true]) {
        const { id } = await world.create(world.programs.exit(0), { mounts })
        const sources = (await runtime.inspectContainer(id)).mounts.map(({ source }) => source)
        const anonymous = sources.find((source) => source !== named.name) ?? ''
        equal((await runtime.inspectVolume(anonymous)).name, anonymous)
        await world.adoptVolume(id, anonymous)
        await runtime.removeContainer(id, { removeVolumes })
        if (removeVolumes) await rejects('VOLUME_NOT_FOUND', runtime.inspectVolume(anonymous))
        else await runtime.removeVolume(anonymous, { missing: 'error' })
        equal((await runtime.inspectVolume(named.name)).name, named.name)
      }
    },
  },
]
