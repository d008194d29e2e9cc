import { equal, ok, rejects } from '../../world/assertions.ts'
import type { ContractCase } from '../case.ts'

export const networkCases: readonly ContractCase[] = [
  {
    id: 'networks/create/is-told-as-it-was-asked-for',
    clauses: ['network.create', 'network.list'],
    async run(world) {
      const { runtime } = world
      const { id, name, created } = await world.network({ internal: true, labels: { pier: '7', empty: '' } })
      ok(created, 'not created')
      const rows = await runtime.listNetworks({ labels: { ...world.labels, pier: '7' } })
      for (const details of [await runtime.inspectNetwork(id), await runtime.inspectNetwork(name), ...rows]) {
        equal([details.id, details.name, details.driver, details.internal], [id, name, 'bridge', true])
        equal([details.labels['pier'], details.labels['empty']], ['7', ''], 'labels')
        ok(details.subnets.length > 0, 'no subnet')
      }
      equal(rows.length, 1, 'rows')
      equal((await runtime.listNetworks({ name })).length, 1, 'by name')
      equal(await runtime.listNetworks({ name: name.slice(0, -1) }), [], 'by a part of the name')
      equal(await runtime.listNetworks({ labels: { ...world.labels, pier: '' } }), [], 'by an empty value')
    },
  },
  {
    id: 'networks/create/twice-is-once',
    clauses: ['network.idempotent', 'network.superset'],
    async run(world) {
      const { runtime } = world
      const first = await world.network({ labels: { a: '1', b: '2' } })
      const equalSpec = world.networkSpec({ name: first.name, labels: { a: '1', b: '2' } })
      equal(await runtime.createNetwork(equalSpec), { id: first.id, name: first.name, created: false })
      const less = world.networkSpec({ name: first.name, labels: { a: '1' } })
      equal(await runtime.createNetwork(less), { id: first.id, name: first.name, created: false })
    },
  },
  {
    id: 'networks/create/says-in-what-another-one-differs',
    clauses: ['network.conflict'],
    async run(world) {
      const { runtime } = world
      const { name } = await world.network({ labels: { a: '1' } })
      for (const [change, differs] of [
        [{ labels: { a: '2' } }, ['label a']],
        [{ labels: { b: '1' } }, ['label b']],
        [{ internal: true, labels: { a: '1' } }, ['internal']],
        [{ subnet: '10.213.7.0/24', labels: { a: '1' } }, ['subnet']],
        [{ options: { mtu: '1400' }, labels: { a: '1' } }, ['options']],
      ] as const) {
        const error = await rejects('NETWORK_CONFLICT', runtime.createNetwork(world.networkSpec({ name, ...change })))
        equal(error.details.differs, differs)
      }
    },
  },
  {
    id: 'networks/create/twenty-at-once-make-one',
    clauses: ['network.concurrent'],
    async run(world) {
      const spec = world.networkSpec()
      const made = await Promise.all(Array.from({ length: 20 }, () => world.runtime.createNetwork(spec)))
      world.onCleanup(() => world.runtime.removeNetwork(spec.name))
      equal(new Set(made.map(({ id }) => id)).size, 1, 'ids')
      equal(made.filter(({ created }) => created).length, 1, 'that say `created`')
      equal((await world.runtime.listNetworks({ name: spec.name })).length, 1, 'on the engine')
    },
  },
  {
    id: 'networks/remove/missing-is-the-caller-s-choice',
    clauses: ['network.remove-missing'],
    async run(world) {
      const { id } = await world.network()
      await world.runtime.removeNetwork(id)
      await rejects('NETWORK_NOT_FOUND', world.runtime.inspectNetwork(id))
      await world.runtime.removeNetwork(id)
      await rejects('NETWORK_NOT_FOUND', world.runtime.removeNetwork(id, { missing: 'error' }))
    },
  },
  {
    id: 'networks/members/are-told-and-hold-it',
    clauses: ['network.members', 'network.in-use'],
    async run(world) {
      const { runtime, programs } = world
      const network = await world.network()
      const { id } = await world.runReady(programs.forever(), {
        networks: [{ network: network.name, aliases: ['lighthouse'] }],
      })
      equal((await runtime.inspectNetwork(network.id)).containerIds, [id])
      const [endpoint] = (await runtime.inspectContainer(id)).networks
      equal([endpoint?.networkName, endpoint?.networkId], [network.name, network.id])
      ok(/^\d+\.\d+\.\d+\.\d+$/.test(endpoint?.ipv4Address ?? ''), `${endpoint?.ipv4Address} is no address`)
      ok(endpoint?.aliases.includes('lighthouse'), 'the alias is missing')
      await rejects('NETWORK_IN_USE', runtime.removeNetwork(network.id))
      await runtime.removeContainer(id, { force: true })
      equal((await runtime.inspectNetwork(network.id)).containerIds, [])
      await runtime.removeNetwork(network.id, { missing: 'error' })
    },
  },
  {
    id: 'networks/names/reach-each-other',
    clauses: ['network.dns'],
    needs: ['networkDns'],
    async run(world) {
      const { programs } = world
      const network = await world.network()
      const name = world.name('server')
      await world.run(programs.listen(8080, 'ahoy'), {
        name,
        networks: [{ network: network.name, aliases: ['lighthouse'] }],
      })
      for (const host of ['lighthouse', name]) {
        const networks = [{ network: network.name }]
        equal(await world.outputOf(programs.ask(host, 8080), { networks }), 'ahoy', host)
      }
    },
  },
]
