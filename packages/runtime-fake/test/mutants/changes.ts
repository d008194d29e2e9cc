import { streamFrom, type EventFilter, type RuntimeEvent } from '@moorage/runtime-core'
import { around, failure, instead, mutant, type MethodName, type Mutant } from './mutant.ts'

function doesNothing(method: MethodName, ...breaks: readonly string[]): Mutant {
  return mutant(`${method} does nothing`, breaks, (runtime) => around(runtime, method, async () => undefined))
}

function events(
  name: string,
  breaks: readonly string[],
  change: (event: RuntimeEvent) => RuntimeEvent | undefined,
  ask: (filter: EventFilter) => EventFilter = (filter) => filter,
): Mutant {
  return mutant(name, breaks, (runtime) => ({
    events(filter = {}) {
      async function* changed(): AsyncGenerator<RuntimeEvent, undefined> {
        for await (const event of runtime.events(ask(filter))) {
          const told = change(event)
          if (told !== undefined) yield told
        }
      }
      return streamFrom(changed())
    },
  }))
}

export const changeMutants: readonly Mutant[] = [
  mutant('a restart kills', ['changes/restart/ends-and-starts'], (runtime) => ({
    restartContainer: (id, options) => runtime.restartContainer(id, { ...options, timeoutMs: 0 }),
  })),
  doesNothing('pauseContainer', 'changes/pause/stops-the-process-until-it-goes-on'),
  ...(['connectNetwork', 'disconnectNetwork'] as const).map((method) =>
    doesNothing(method, 'changes/pause/keeps-its-networks-consistent'),
  ),
  mutant('a pause of what does not run is no error', ['changes/pause/refuses-what-does-not-run'], (runtime) =>
    around(runtime, 'pauseContainer', instead('CONTAINER_NOT_RUNNING', 'success')),
  ),
  doesNothing('renameContainer', 'changes/rename/gives-the-new-name'),
  mutant('an update is all there is', ['changes/update/keeps-what-it-does-not-name'], (runtime) => ({
    updateContainer: (id, update, options) =>
      runtime.updateContainer(id, { restart: { policy: 'no' }, ...update }, options),
  })),
  doesNothing(
    'updateContainer',
    'changes/update/changes-the-restart-policy',
    'changes/update/changes-the-limits',
    'changes/update/keeps-what-it-does-not-name',
  ),
  doesNothing('connectNetwork', 'changes/connect/joins-and-leaves'),
  doesNothing('disconnectNetwork', 'changes/connect/joins-and-leaves'),
  mutant('a prune looks at no labels', ['changes/prune/removes-what-is-labelled-and-idle'], (runtime) => ({
    pruneContainers: async () => {
      const idle = (await runtime.listContainers({ status: ['created', 'exited'] })).map(({ id }) => id)
      for (const id of idle) await runtime.removeContainer(id)
      return { removed: idle, reclaimedBytes: 0 }
    },
  })),
  mutant('a prune of images looks at no labels', ['changes/prune/leaves-images-without-the-labels'], (runtime) => ({
    pruneImages: async () => ({ removed: (await runtime.listImages()).map(({ id }) => id), reclaimedBytes: 0 }),
  })),
  ...(['pruneContainers', 'pruneImages', 'pruneNetworks', 'pruneVolumes'] as const).map((method) =>
    mutant(`${method} does without labels`, [`changes/prune/${method}-needs-labels`], (runtime) =>
      around(runtime, method, instead('INVALID_ARGUMENT', 'success')),
    ),
  ),
  events('an exit is called something else', ['events/life/of-a-container'], (event) =>
    event.kind !== 'gap' && event.action === 'die' ? { ...event, action: 'died' } : event,
  ),
  mutant('events cannot be followed', ['events/life/comes-while-it-happens'], (runtime) =>
    around(runtime, 'events', async () => {
      throw failure('CONNECTION_LOST')
    }),
  ),
  events(
    'kinds do not matter',
    ['events/until/ends-the-stream'],
    (event) => event,
    ({ kinds: _kinds, ...filter }) => filter,
  ),
  events('networks and volumes are made without a word', ['events/others/networks-and-volumes'], (event) =>
    event.kind !== 'container' && event.kind !== 'gap' && event.action === 'create' ? undefined : event,
  ),
]
