import { createResourceScope, listScopes, reapScopes, type ResourceScope } from '@moorage/runtime-core'
import { equal, ok } from '../../world/assertions.ts'
import type { World } from '../../world/world.ts'
import type { ContractCase } from '../case.ts'

interface Made {
  readonly container: string
  readonly network: string
  readonly volume: string
}

/** A running container with a network and a volume; each is the last user of the others. */
async function makeIn(world: World, runtime: World['runtime']): Promise<Made> {
  const network = await runtime.createNetwork(world.networkSpec())
  world.onCleanup(() => world.runtime.removeNetwork(network.id, { missing: 'ignore' }))
  const volume = await runtime.createVolume(world.volumeSpec())
  world.onCleanup(() => world.runtime.removeVolume(volume.name, { missing: 'ignore' }))
  const { id } = await runtime.runContainer(
    world.spec(world.programs.forever(), {
      networks: [{ network: network.name }],
      mounts: [{ type: 'volume', source: volume.name, target: '/data' }],
    }),
  )
  world.removeLater(id)
  return { container: id, network: network.id, volume: volume.name }
}

/** The ids of all that the case has made and is still there. */
async function left({ runtime, labels }: World): Promise<readonly string[]> {
  const containers = await runtime.listContainers({ labels })
  const networks = await runtime.listNetworks({ labels })
  const volumes = await runtime.listVolumes({ labels })
  return [...containers.map(({ id }) => id), ...networks.map(({ id }) => id), ...volumes.map(({ name }) => name)]
}

const idsOf = ({ container, network, volume }: Made): readonly string[] => [container, network, volume]

export const scopeCases: readonly ContractCase[] = [
  {
    id: 'helpers/scope/removes-what-was-made-in-it',
    clauses: ['scope.removes'],
    async run(world) {
      const { runtime } = world
      const strangers = await makeIn(world, runtime)
      const scope = createResourceScope(runtime, { labels: { 'org.moorage.contract.scope': 'yes' } })
      const other = createResourceScope(runtime)
      const made = await makeIn(world, scope.runtime)
      const others = await makeIn(world, other.runtime)
      const { labels } = await runtime.inspectContainer(made.container)
      for (const [name, value] of Object.entries(scope.labels)) equal(labels[name], value)
      const { removed, failed, kept } = await scope.cleanup()
      equal([failed, kept], [[], []])
      equal(removed.map(({ id }) => id).toSorted(), idsOf(made).toSorted())
      equal((await left(world)).toSorted(), [...idsOf(strangers), ...idsOf(others)].toSorted())
      equal((await scope.cleanup()).removed, [])
    },
  },
  {
    id: 'helpers/scope/reaps-only-the-dead',
    clauses: ['scope.reaps'],
    async run(world) {
      const { runtime } = world
      const deadOwner = world.name('dead')
      const make = async (owner?: string): Promise<ResourceScope & { readonly made: Made }> => {
        const scope = createResourceScope(runtime, owner === undefined ? {} : { owner })
        return { ...scope, made: await makeIn(world, scope.runtime) }
      }
      const dead = await make(deadOwner)
      const living = await make(world.name('living'))
      const nobodys = await make()
      const strangers = await makeIn(world, runtime)
      const listed = (await listScopes(runtime)).map(({ id }) => id)
      ok(
        [dead, living, nobodys].every(({ id }) => listed.includes(id)),
        'a scope is not told',
      )
      const reaped = await reapScopes(runtime, { isGone: (owner) => owner === deadOwner })
      equal(
        reaped.map(({ id, failed, kept }) => [id, failed, kept]),
        [[dead.id, [], []]],
      )
      equal(
        (await left(world)).toSorted(),
        [living.made, nobodys.made, strangers].flatMap((made) => idsOf(made)).toSorted(),
      )
      await living.cleanup()
      await nobodys.cleanup()
    },
  },
]
