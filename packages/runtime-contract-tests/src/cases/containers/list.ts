import { equal, rejects } from '../../world/assertions.ts'
import type { World } from '../../world/world.ts'
import type { ContractCase } from '../case.ts'

async function listed(world: World, filter: object): Promise<readonly string[]> {
  const { labels, ...rest } = filter as { readonly labels?: Readonly<Record<string, string>> }
  return (await world.runtime.listContainers({ ...rest, labels: { ...labels, ...world.labels } })).map(({ id }) => id)
}

export const listing: readonly ContractCase[] = [
  {
    id: 'containers/list/includes-stopped-ones-newest-first',
    clauses: ['list.stopped', 'list.order', 'find.newest'],
    async run(world) {
      const { programs } = world
      const ids: string[] = []
      for (let count = 0; count < 5; count += 1) ids.unshift((await world.create(programs.exit(0))).id)
      equal(await listed(world, {}), ids)
      await world.runtime.startContainer(ids[2] ?? '')
      await world.runtime.waitContainer(ids[2] ?? '')
      equal(await listed(world, {}), ids, 'after one has run')
      equal((await world.runtime.findContainer({ labels: world.labels }))?.id, ids[0])
    },
  },
  {
    id: 'containers/list/matches-labels-exactly',
    clauses: ['list.labels', 'list.label-keys'],
    async run(world) {
      const { programs } = world
      const empty = await world.create(programs.exit(0), { labels: { tide: '' } })
      const high = await world.create(programs.exit(0), { labels: { tide: 'high', moon: 'full=yes' } })
      await world.create(programs.exit(0), { labels: { tides: 'high' } })
      equal(await listed(world, { labels: { tide: '' } }), [empty.id])
      equal(await listed(world, { labels: { tide: 'high' } }), [high.id])
      equal(await listed(world, { labels: { tide: 'hig' } }), [])
      equal(await listed(world, { labels: { moon: 'full=yes' } }), [high.id])
      equal(await listed(world, { labelKeys: ['tide'] }), [high.id, empty.id])
    },
  },
  {
    id: 'containers/list/matches-whole-names',
    clauses: ['list.name'],
    async run(world) {
      const name = world.name('boat')
      const boat = await world.create(world.programs.exit(0), { name })
      await world.create(world.programs.exit(0), { name: `${name}-house` })
      equal(await listed(world, { name }), [boat.id])
      equal(await listed(world, { name: name.slice(0, -1) }), [])
      equal(await listed(world, { name: name.replaceAll('-', '.') }), [], 'as a pattern')
    },
  },
  {
    id: 'containers/list/matches-any-of-the-statuses-and-all-conditions',
    clauses: ['list.status', 'list.all-conditions'],
    async run(world) {
      const { programs } = world
      const created = await world.create(programs.exit(0), { labels: { deck: 'one' } })
      const exited = await world.runToEnd(programs.exit(0), { labels: { deck: 'two' } })
      const running = await world.runReady(programs.forever(), { labels: { deck: 'two' } })
      equal(await listed(world, { status: ['running'] }), [running.id])
      equal(await listed(world, { status: ['created', 'exited'] }), [exited.id, created.id])
      equal(await listed(world, { status: ['created', 'exited'], labels: { deck: 'two' } }), [exited.id])
      equal(await listed(world, { name: created.name, labels: { deck: 'two' } }), [])
    },
  },
  {
    id: 'containers/find/answers-the-newest-or-nothing',
    clauses: ['find.newest', 'find.none'],
    async run(world) {
      const { runtime, programs } = world
      const key = 'org.moorage.contract.find'
      const value = world.name()
      equal(await runtime.findContainerByLabel(key, value), undefined)
      equal(await runtime.findContainer({ name: value }), undefined)
      await world.create(programs.exit(0), { labels: { [key]: value } })
      const newest = await world.create(programs.exit(0), { labels: { [key]: value } })
      const found = await runtime.findContainerByLabel(key, value)
      equal([found?.id, found?.name], [newest.id, newest.name])
      equal((await runtime.findContainer({ labels: { [key]: value } }))?.id, newest.id)
    },
  },
  {
    id: 'containers/health/turns-healthy',
    clauses: ['health.healthy'],
    needs: ['healthchecks'],
    async run(world) {
      const { runtime, programs } = world
      const healthcheck = { test: programs.exit(0), intervalMs: 1000, retries: 2 }
      const { id } = await world.runReady(programs.forever(), { healthcheck })
      await world.eventually('it is healthy', async () => (await runtime.inspectContainer(id)).health === 'healthy')
    },
  },
  {
    id: 'containers/health/is-none-without-a-check',
    clauses: ['health.none'],
    async run(world) {
      for (const spec of [{}, { healthcheck: false }] as const) {
        const { id } = await world.runReady(world.programs.forever(), spec)
        equal((await world.runtime.inspectContainer(id)).health, 'none')
      }
    },
  },
  {
    id: 'containers/inspect/finds-by-id-and-name-only',
    clauses: ['inspect.by-name'],
    async run(world) {
      const { id, name } = await world.create(world.programs.exit(0), { name: world.name() })
      equal((await world.runtime.inspectContainer(id)).name, name)
      equal((await world.runtime.inspectContainer(name)).id, id)
      await rejects('CONTAINER_NOT_FOUND', world.runtime.inspectContainer(`${name}x`))
    },
  },
]
