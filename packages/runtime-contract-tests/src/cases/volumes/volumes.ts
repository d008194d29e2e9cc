import { equal, ok, rejects } from '../../world/assertions.ts'
import type { ContractCase } from '../case.ts'

export const volumeCases: readonly ContractCase[] = [
  {
    id: 'volumes/create/is-told-as-it-was-asked-for',
    clauses: ['volume.create', 'volume.list'],
    async run(world) {
      const { runtime } = world
      const { name, created } = await world.volume({ labels: { hold: 'dry', empty: '' } })
      ok(created, 'not created')
      const rows = await runtime.listVolumes({ labels: { ...world.labels, hold: 'dry' } })
      for (const details of [await runtime.inspectVolume(name), ...rows]) {
        equal([details.name, details.driver, details.options], [name, 'local', {}])
        equal([details.labels['hold'], details.labels['empty']], ['dry', ''], 'labels')
      }
      equal(rows.length, 1, 'rows')
      equal((await runtime.listVolumes({ name })).length, 1, 'by name')
      equal(await runtime.listVolumes({ name: name.slice(0, -1) }), [], 'by a part of the name')
      equal(await runtime.listVolumes({ labels: { ...world.labels, hold: '' } }), [], 'by an empty value')
      const { name: unnamed, ...spec } = world.volumeSpec()
      const chosen = await runtime.createVolume(spec)
      world.onCleanup(() => runtime.removeVolume(chosen.name))
      ok(chosen.created && chosen.name !== '' && chosen.name !== unnamed, 'no name was chosen')
    },
  },
  {
    id: 'volumes/create/twice-is-once',
    clauses: ['volume.idempotent', 'volume.superset'],
    async run(world) {
      const { runtime } = world
      const { name } = await world.volume({ labels: { a: '1', b: '2' } })
      const equalSpec = world.volumeSpec({ name, labels: { a: '1', b: '2' } })
      equal(await runtime.createVolume(equalSpec), { name, created: false })
      equal(await runtime.createVolume(world.volumeSpec({ name, labels: { a: '1' } })), { name, created: false })
    },
  },
  {
    id: 'volumes/create/says-in-what-another-one-differs',
    clauses: ['volume.conflict'],
    async run(world) {
      const { runtime } = world
      const { name } = await world.volume({ labels: { a: '1' } })
      for (const [change, differs] of [
        [{ labels: { a: '2' } }, ['label a']],
        [{ labels: { b: '1' } }, ['label b']],
        [{ options: { type: 'tmpfs', device: 'tmpfs' }, labels: { a: '1' } }, ['options']],
      ] as const) {
        const error = await rejects('VOLUME_CONFLICT', runtime.createVolume(world.volumeSpec({ name, ...change })))
        equal(error.details.differs, differs)
      }
      equal((await runtime.inspectVolume(name)).labels['a'], '1')
    },
  },
  {
    id: 'volumes/create/twenty-at-once-make-one',
    clauses: ['volume.concurrent'],
    async run(world) {
      const spec = world.volumeSpec()
      const made = await Promise.all(Array.from({ length: 20 }, () => world.runtime.createVolume(spec)))
      world.onCleanup(() => world.runtime.removeVolume(spec.name ?? ''))
      equal(new Set(made.map(({ name }) => name)).size, 1, 'names')
      equal(made.filter(({ created }) => created).length, 1, 'that say `created`')
    },
  },
  {
    id: 'volumes/remove/missing-is-the-caller-s-choice',
    clauses: ['volume.remove-missing'],
    async run(world) {
      const { name } = await world.volume()
      await world.runtime.removeVolume(name)
      await rejects('VOLUME_NOT_FOUND', world.runtime.inspectVolume(name))
      await world.runtime.removeVolume(name)
      await rejects('VOLUME_NOT_FOUND', world.runtime.removeVolume(name, { missing: 'error' }))
    },
  },
  {
    id: 'volumes/remove/refuses-what-a-container-has',
    clauses: ['volume.in-use', 'volume.survives'],
    async run(world) {
      const { runtime, programs } = world
      const { name } = await world.volume()
      const { id } = await world.create(programs.forever(), {
        mounts: [{ type: 'volume', source: name, target: '/data' }],
      })
      await rejects('VOLUME_IN_USE', runtime.removeVolume(name))
      await runtime.startContainer(id)
      await rejects('VOLUME_IN_USE', runtime.removeVolume(name))
      await runtime.removeContainer(id, { force: true })
      equal((await runtime.inspectVolume(name)).name, name)
      await runtime.removeVolume(name, { missing: 'error' })
    },
  },
  {
    id: 'volumes/files/are-shared-and-survive',
    clauses: ['volume.shared', 'volume.survives'],
    needs: ['sharedVolumes'],
    async run(world) {
      const { runtime, programs } = world
      const { name } = await world.volume()
      const mounts = [{ type: 'volume', source: name, target: '/data' }] as const
      const writer = await world.runToEnd(programs.writeFile('/data/log', 'fair winds'), { mounts })
      equal(writer.exitCode, 0)
      equal(await world.outputOf(programs.readFile('/data/log'), { mounts }), 'fair winds')
      await runtime.removeContainer(writer.id, { removeVolumes: true })
      equal(await world.outputOf(programs.readFile('/data/log'), { mounts }), 'fair winds', 'later')
    },
  },
]
