import { operationLabel } from '@moorage/runtime-core'
import { equal, ok, rejects } from '../../world/assertions.ts'
import type { ContractCase } from '../case.ts'

const strangeLabels = { empty: '', equals: 'a=b=c', quotes: `"it's"`, scripts: 'héllo ☂ 日本 😀', spaces: ' a  b ' }

export const creating: readonly ContractCase[] = [
  {
    id: 'containers/create/does-not-start',
    clauses: ['create.does-not-start', 'inspect.life'],
    async run(world) {
      const { id } = await world.create(world.programs.exit(0))
      const details = await world.runtime.inspectContainer(id)
      equal(details.status, 'created')
      equal(
        [details.startedAt, details.finishedAt, details.exitCode],
        [undefined, undefined, undefined],
        'times and code',
      )
    },
  },
  {
    id: 'containers/create/takes-the-name-or-chooses-one',
    clauses: ['create.name', 'inspect.by-name'],
    async run(world) {
      const name = world.name()
      const named = await world.create(world.programs.exit(0), { name })
      const unnamed = await world.create(world.programs.exit(0))
      equal(named.name, name)
      ok(unnamed.name.length > 0 && unnamed.name !== name, 'no name was chosen')
      for (const created of [named, unnamed]) {
        const details = await world.runtime.inspectContainer(created.name)
        equal([details.id, details.name], [created.id, created.name])
      }
    },
  },
  {
    id: 'containers/create/refuses-a-name-that-is-taken',
    clauses: ['create.name-conflict'],
    async run(world) {
      const name = world.name()
      const holder = await world.create(world.programs.exit(0), { name })
      const error = await rejects('NAME_CONFLICT', world.create(world.programs.exit(0), { name }))
      equal(error.details, { name, holderId: holder.id })
    },
  },
  {
    id: 'containers/create/refuses-a-missing-image',
    clauses: ['create.image-missing'],
    async run(world) {
      const spec = world.spec(world.programs.exit(0), { image: 'moorage-contract/no-such-image:1' })
      await rejects('IMAGE_NOT_FOUND', world.runtime.createContainer(spec))
      equal(await world.runtime.listContainers({ labels: world.labels }), [])
    },
  },
  {
    id: 'containers/create/pulls-when-it-is-told-to',
    clauses: ['create.pull-policy', 'create.image-missing'],
    prerequisites: ['registry'],
    async run(world) {
      const { open = '' } = world.registries
      await world.runtime.removeImage(open)
      await rejects('IMAGE_NOT_FOUND', world.create(world.programs.exit(0), { image: open }))
      const { id } = await world.create(world.programs.exit(0), { image: open, pullPolicy: 'missing' })
      equal((await world.runtime.inspectContainer(id)).image, open)
      await world.runtime.removeContainer(id)
      await world.runtime.removeImage(open)
    },
  },
  {
    id: 'containers/create/refuses-a-missing-network',
    clauses: ['create.network-missing'],
    async run(world) {
      const networks = [{ network: world.name('no-such-network') }]
      const error = await rejects('NETWORK_NOT_FOUND', world.create(world.programs.exit(0), { networks }))
      equal(error.resource, { kind: 'network', id: networks[0]?.network })
      equal(await world.runtime.listContainers({ labels: world.labels }), [])
    },
  },
  {
    id: 'containers/create/refuses-a-bind-whose-source-is-missing',
    clauses: ['create.source-missing'],
    async run(world) {
      const mounts = [{ type: 'bind', source: '/moorage-contract/no/such/path', target: '/mnt' }] as const
      await rejects('PATH_NOT_FOUND', world.create(world.programs.exit(0), { mounts }))
      equal(await world.runtime.listContainers({ labels: world.labels }), [])
    },
  },
  {
    id: 'containers/create/keeps-labels-as-they-are',
    clauses: ['create.labels', 'inspect.spec'],
    async run(world) {
      const { id } = await world.create(world.programs.exit(0), { labels: strangeLabels })
      const [row] = await world.runtime.listContainers({ labels: strangeLabels })
      for (const { labels } of [
        await world.runtime.inspectContainer(id),
        row ?? { labels: {} as Readonly<Record<string, string>> },
      ]) {
        for (const [key, value] of Object.entries(strangeLabels)) equal(labels[key], value, key)
      }
    },
  },
  {
    id: 'containers/create/adds-the-operation-label',
    clauses: ['create.operation-label'],
    async run(world) {
      const { id } = await world.create(world.programs.exit(0))
      const network = await world.network()
      const volume = await world.volume()
      const { runtime } = world
      const all = [
        await runtime.inspectContainer(id),
        await runtime.inspectNetwork(network.id),
        await runtime.inspectVolume(volume.name),
      ].map(({ labels }) => labels[operationLabel] ?? '')
      ok(
        all.every((value) => value !== ''),
        'a resource lacks the label',
      )
      equal(new Set(all).size, 3, 'different operations')
    },
  },
  {
    id: 'containers/create/gives-the-process-its-environment-user-directory-and-name',
    clauses: ['create.spec'],
    async run(world) {
      const { programs } = world
      const env = { MOORAGE_PLAIN: 'a', MOORAGE_EQUALS: 'b=c', MOORAGE_EMPTY: '', MOORAGE_SPACES: ' d e ' }
      const lines = (await world.outputOf(programs.environment(), { env })).split('\n')
      for (const [name, value] of Object.entries(env)) ok(lines.includes(`${name}=${value}`), `${name} is not as given`)
      equal((await world.outputOf(programs.user(), { user: programs.otherUser })).trim(), programs.otherUser)
      equal((await world.outputOf(programs.directory(), { workingDirectory: '/tmp' })).trim(), '/tmp')
      equal((await world.outputOf(programs.hostname(), { hostname: 'lighthouse' })).trim(), 'lighthouse')
    },
  },
  {
    id: 'containers/create/takes-an-entrypoint-before-the-command',
    clauses: ['create.entrypoint'],
    async run(world) {
      const { entrypoint, command } = world.programs.echoArguments('one', 'two three')
      equal(await world.outputOf(command, { entrypoint }), 'one\ntwo three\n')
    },
  },
  {
    id: 'containers/inspect/tells-what-was-asked-for',
    clauses: ['inspect.spec'],
    async run(world) {
      const { programs, runtime } = world
      const volume = await world.volume()
      const command = programs.forever()
      const { id } = await world.create(command, {
        env: { MOORAGE: 'yes' },
        user: programs.otherUser,
        workingDirectory: '/tmp',
        mounts: [
          { type: 'volume', source: volume.name, target: '/data', readOnly: true },
          { type: 'tmpfs', target: '/scratch' },
        ],
        tty: true,
        openStdin: true,
        readOnlyRoot: true,
      })
      const details = await runtime.inspectContainer(id)
      const image = await runtime.inspectImage(programs.image)
      equal([details.image, details.imageId], [programs.image, image.id])
      equal(details.command, command)
      equal(details.env['MOORAGE'], 'yes')
      equal([details.user, details.workingDirectory], [programs.otherUser, '/tmp'])
      equal(
        [details.tty, details.openStdin, details.readOnlyRoot, details.autoRemove],
        [true, true, true, false],
        'flags',
      )
      const mounts = details.mounts.map(
        ({ type, source, target, readOnly }) => `${type} ${source} ${target} ${readOnly}`,
      )
      equal(mounts.toSorted(), ['tmpfs  /scratch false', `volume ${volume.name} /data true`])
    },
  },
  {
    id: 'containers/run/creates-and-starts',
    clauses: ['run.starts'],
    async run(world) {
      const { id } = await world.runtime.runContainer(world.spec(world.programs.forever()))
      world.removeLater(id)
      equal((await world.runtime.inspectContainer(id)).status, 'running')
    },
  },
  {
    id: 'containers/run/removes-what-could-not-start',
    clauses: ['run.undone', 'start.failed'],
    async run(world) {
      await rejects('CONTAINER_START_FAILED', world.runtime.runContainer(world.spec(['/no/such/program'])))
      equal(await world.runtime.listContainers({ labels: world.labels }), [])
    },
  },
]
