import { begun, equal, rejects } from '../../world/assertions.ts'
import type { ContractCase } from '../case.ts'

export const waiting: readonly ContractCase[] = [
  {
    id: 'containers/wait/answers-the-exit-code',
    clauses: ['wait.exit-code', 'wait.many'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.onTerm(42))
      const waits = [1, 2, 3].map(() => begun(runtime.waitContainer(id)))
      await runtime.inspectContainer(id)
      await runtime.killContainer(id, { killSignal: 'SIGTERM' })
      equal(
        (await Promise.all(waits)).map(({ exitCode }) => exitCode),
        [42, 42, 42],
      )
    },
  },
  {
    id: 'containers/wait/answers-at-once-for-what-has-exited',
    clauses: ['wait.exited'],
    async run(world) {
      const { id } = await world.runToEnd(world.programs.exit(3))
      equal((await world.runtime.waitContainer(id)).exitCode, 3)
      equal((await world.runtime.waitContainer(id)).exitCode, 3)
    },
  },
  {
    id: 'containers/wait/refuses-what-was-never-started',
    clauses: ['wait.not-started'],
    async run(world) {
      const { id } = await world.create(world.programs.exit(0))
      await rejects('CONTAINER_NOT_STARTED', world.runtime.waitContainer(id))
      await rejects('CONTAINER_NOT_STARTED', world.runtime.waitContainer(id, { condition: 'removed' }))
    },
  },
  {
    id: 'containers/wait/for-the-next-exit',
    clauses: ['wait.next-exit'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.create(programs.exit(5))
      for (const _ of [1, 2]) {
        const settled: string[] = []
        const next = begun(runtime.waitContainer(id, { condition: 'next-exit' }))
        next.then(
          () => settled.push('resolved'),
          () => settled.push('rejected'),
        )
        await world.aWhile()
        equal(settled, [], 'before there was an exit')
        await runtime.startContainer(id)
        equal((await next).exitCode, 5)
      }
    },
  },
  {
    id: 'containers/wait/until-it-is-removed',
    clauses: ['wait.removed'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runToEnd(programs.exit(6))
      const settled: string[] = []
      const gone = begun(runtime.waitContainer(id, { condition: 'removed' }))
      gone.then(
        () => settled.push('resolved'),
        () => settled.push('rejected'),
      )
      await world.aWhile()
      equal(settled, [], 'before it was removed')
      await runtime.removeContainer(id)
      equal((await gone).exitCode, 6)
    },
  },
  {
    id: 'containers/wait/remembers-what-removed-itself',
    clauses: ['wait.auto-remove'],
    async run(world) {
      const { runtime, programs } = world
      const { id, name } = await world.run(programs.exit(9), { autoRemove: true })
      await world.eventually('it has removed itself', async () => {
        const found = await runtime.listContainers({ name })
        return found.length === 0
      })
      equal((await runtime.waitContainer(id)).exitCode, 9)
      equal((await runtime.waitContainer(name)).exitCode, 9)
      await rejects('CONTAINER_NOT_FOUND', runtime.inspectContainer(id))
    },
  },
  {
    id: 'containers/wait/remembers-the-latest-holder-of-a-name',
    clauses: ['wait.auto-remove-name'],
    async run(world) {
      const { runtime, programs } = world
      const gone = (name: string): Promise<unknown> =>
        world.eventually('it has removed itself', async () => {
          const found = await runtime.listContainers({ name })
          return found.length === 0
        })
      const first = await world.run(programs.exit(3), { autoRemove: true })
      const { name } = first
      await gone(name)
      const second = await world.run(programs.exit(0), { autoRemove: true, name })
      await gone(name)
      equal((await runtime.waitContainer(name)).exitCode, 0, 'by name')
      equal((await runtime.waitContainer(first.id)).exitCode, 3, 'the first by id')
      equal((await runtime.waitContainer(second.id)).exitCode, 0, 'the second by id')
      const third = await world.create(programs.exit(5), { name })
      await runtime.removeContainer(third.id)
      await rejects('CONTAINER_NOT_FOUND', runtime.waitContainer(name))
    },
  },
  {
    id: 'containers/wait/remembers-the-last-exit',
    clauses: ['wait.auto-remove-restarted'],
    needs: ['restart'],
    async run(world) {
      const { runtime, programs } = world
      const { id, name } = await world.runReady(programs.onTerm(7), { autoRemove: true })
      await runtime.restartContainer(id)
      await runtime.killContainer(id)
      await world.eventually('it has removed itself', async () => {
        const found = await runtime.listContainers({ name })
        return found.length === 0
      })
      equal((await runtime.waitContainer(id)).exitCode, 137)
      equal((await runtime.waitContainer(name)).exitCode, 137)
    },
  },
  {
    id: 'containers/wait/for-the-next-exit-of-what-is-removed',
    clauses: ['wait.next-exit-removed'],
    async run(world) {
      const { runtime, programs } = world
      const never = await world.create(programs.exit(0))
      const exited = await world.runToEnd(programs.exit(4))
      for (const { id } of [never, exited]) {
        const next = begun(rejects('CONTAINER_NOT_FOUND', runtime.waitContainer(id, { condition: 'next-exit' })))
        await world.aWhile()
        await runtime.removeContainer(id)
        await next
      }
    },
  },
]
