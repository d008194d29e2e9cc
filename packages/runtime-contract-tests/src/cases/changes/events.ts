import type { RuntimeEvent, RuntimeStream } from '@moorage/runtime-core'
import { begun, equal, ok } from '../../world/assertions.ts'
import type { ContractCase } from '../case.ts'

type Happening = Exclude<RuntimeEvent, { readonly kind: 'gap' }>

/** Reads events until one is the last that is wanted; holes are left out. */
async function readUntil(
  stream: RuntimeStream<RuntimeEvent>,
  isLast: (event: Happening) => boolean,
): Promise<readonly Happening[]> {
  const seen: Happening[] = []
  for await (const event of stream) {
    if (event.kind === 'gap') continue
    seen.push(event)
    if (isLast(event)) break
  }
  return seen
}

export const eventCases: readonly ContractCase[] = [
  {
    id: 'events/life/of-a-container',
    clauses: ['events.life', 'events.filter', 'events.since'],
    needs: ['events'],
    async run(world) {
      const { runtime, programs } = world
      const since = await world.engineTime()
      const { id } = await world.runToEnd(programs.exit(3), { labels: { sail: 'white' } })
      await world.runToEnd(programs.exit(0))
      await runtime.removeContainer(id)
      const stream = runtime.events({ since, kinds: ['container'], labels: { ...world.labels, sail: 'white' } })
      const events = await readUntil(stream, ({ action }) => action === 'destroy')
      ok(
        events.every((event) => event.id === id && event.kind === 'container'),
        'others were told too',
      )
      const actions = events
        .map(({ action }) => action)
        .filter((action) => ['create', 'start', 'die', 'destroy'].includes(action))
      equal(actions, ['create', 'start', 'die', 'destroy'])
      ok(
        events.every(({ attributes }) => attributes['sail'] === 'white'),
        'labels are missing',
      )
      const times = events.map(({ at }) => at)
      ok(
        times.every((at, index) => !Number.isNaN(Date.parse(at)) && (times[index - 1] ?? '') <= at),
        'times are out of order',
      )
    },
  },
  {
    id: 'events/life/comes-while-it-happens',
    clauses: ['events.life'],
    needs: ['events'],
    async run(world) {
      const { runtime, programs } = world
      const labels = { ...world.labels, sail: 'red' }
      const stream = runtime.events({ kinds: ['container'], labels, since: await world.engineTime() })
      const seen = begun(readUntil(stream, ({ action }) => action === 'die'))
      const { id } = await world.runToEnd(programs.exit(0), { labels: { sail: 'red' } })
      equal(new Set((await seen).map((event) => event.id)), new Set([id]))
    },
  },
  {
    id: 'events/until/ends-the-stream',
    clauses: ['events.since', 'events.filter'],
    needs: ['events'],
    async run(world) {
      const { runtime, programs } = world
      const since = await world.engineTime()
      const labels = { ...world.labels, sail: 'blue' }
      const { id } = await world.create(programs.exit(0), { labels })
      const { createdAt } = await runtime.inspectContainer(id)
      const until = new Date(Date.parse(createdAt) + 1000)
      const kinds = ['container'] as const
      const ids: string[] = []
      for await (const event of runtime.events({ since, until, kinds, labels })) {
        if (event.kind !== 'gap') ids.push(event.id)
      }
      ok(ids.length > 0 && ids.every((seen) => seen === id), `told of ${ids.join()}`)
      const none: unknown[] = []
      for await (const event of runtime.events({ since, until, kinds: ['volume'], labels })) {
        none.push(event)
      }
      equal(none, [], 'of another kind')
    },
  },
  {
    id: 'events/others/networks-and-volumes',
    clauses: ['events.other-kinds'],
    needs: ['events'],
    async run(world) {
      const { runtime } = world
      const since = await world.engineTime()
      const network = await world.network()
      const volume = await world.volume()
      await runtime.removeNetwork(network.id)
      await runtime.removeVolume(volume.name)
      const stream = runtime.events({ since, kinds: ['network', 'volume'] })
      const events = await readUntil(stream, (event) => event.id === volume.name && event.action === 'destroy')
      const actionsOf = (id: string): readonly string[] =>
        events
          .filter((event) => event.id === id)
          .map(({ action }) => action)
          .filter((action) => action === 'create' || action === 'destroy')
      equal(
        [actionsOf(network.id), actionsOf(volume.name)],
        [
          ['create', 'destroy'],
          ['create', 'destroy'],
        ],
      )
    },
  },
]
