import { equal, ok, rejects } from '../../world/assertions.ts'
import type { World } from '../../world/world.ts'
import type { ContractCase } from '../case.ts'

/** One more name for the image of the programs, gone when the case has ended. */
async function tagged(world: World): Promise<string> {
  const reference = `${world.name('image')}:1`
  await world.runtime.tagImage(world.programs.image, reference)
  world.onCleanup(() => world.runtime.removeImage(reference))
  return reference
}

export const imageCases: readonly ContractCase[] = [
  {
    id: 'images/inspect/tells-what-containers-inherit',
    clauses: ['image.inspect', 'image.by-id'],
    async run({ runtime, programs }) {
      const image = await runtime.inspectImage(programs.image)
      ok(/^sha256:[0-9a-f]{64}$/.test(image.id), `${image.id} is no id`)
      ok(image.tags.includes(programs.image), 'its own tag is missing')
      ok(image.operatingSystem !== '' && image.architecture !== '', 'the platform is missing')
      ok(Array.isArray(image.command) && Array.isArray(image.entrypoint), 'command and entrypoint are no lists')
      equal((await runtime.inspectImage(image.id)).tags, image.tags, 'by its id')
    },
  },
  {
    id: 'images/list/has-an-image-once-with-all-its-tags',
    clauses: ['image.list', 'image.list-reference', 'image.tag'],
    async run(world) {
      const { runtime, programs } = world
      const reference = await tagged(world)
      await runtime.tagImage(programs.image, reference)
      const { id } = await runtime.inspectImage(programs.image)
      const rows = (await runtime.listImages()).filter((row) => row.id === id)
      equal(rows.length, 1, 'rows of one image')
      for (const tag of [reference, programs.image]) ok(rows[0]?.tags.includes(tag), `${tag} is missing`)
      const repository = reference.slice(0, reference.lastIndexOf(':'))
      for (const filter of [reference, repository]) {
        equal(
          (await runtime.listImages({ reference: filter })).map((row) => row.id),
          [id],
          filter,
        )
      }
      for (const filter of [`${repository}:2`, `${repository}x`]) {
        equal(await runtime.listImages({ reference: filter }), [], filter)
      }
    },
  },
  {
    id: 'images/remove/only-untags-what-is-not-the-last-tag',
    clauses: ['image.untag', 'image.remove-missing'],
    async run(world) {
      const { runtime, programs } = world
      const reference = await tagged(world)
      const { untagged, deleted } = await runtime.removeImage(reference)
      equal([untagged, deleted], [[reference], []])
      await rejects('IMAGE_NOT_FOUND', runtime.inspectImage(reference))
      ok((await runtime.inspectImage(programs.image)).tags.includes(programs.image), 'the other tag is gone')
      equal(await runtime.removeImage(reference), { untagged: [], deleted: [] })
      await rejects('IMAGE_NOT_FOUND', runtime.removeImage(reference, { missing: 'error' }))
    },
  },
  {
    id: 'images/remove/never-takes-the-image-from-a-container',
    clauses: ['image.in-use'],
    prerequisites: ['registry'],
    async run(world) {
      const { runtime, programs, registries } = world
      const { open = '' } = registries
      await runtime.pullImage(open)
      world.onCleanup(() => runtime.removeImage(open))
      const { id: imageId, tags } = await runtime.inspectImage(open)
      // The same image may have other names on this engine: only the last one is kept from going.
      const others = tags.filter((tag) => tag !== open)
      if (others.length > 0) {
        const { id } = await world.create(programs.exit(0), { image: open })
        ok((await runtime.removeImage(open, { force: true })).untagged.includes(open), 'it was not untagged')
        equal((await runtime.inspectContainer(id)).imageId, imageId)
        return
      }
      const { id } = await world.create(programs.exit(0), { image: open })
      for (const force of [false, true]) {
        await rejects('IMAGE_IN_USE', runtime.removeImage(open, { force }))
        equal((await runtime.inspectContainer(id)).imageId, imageId)
        ok((await runtime.inspectImage(imageId)).tags.includes(open), 'the tag is gone')
      }
    },
  },
  {
    id: 'images/remove/by-id-takes-no-name-of-what-is-used',
    clauses: ['image.in-use-by-id'],
    prerequisites: ['registry'],
    async run(world) {
      const { runtime, programs, registries } = world
      const { open = '' } = registries
      const { id } = await runtime.pullImage(open)
      world.onCleanup(() => runtime.removeImage(open))
      const names = [`${world.name('one')}:1`, `${world.name('other')}:1`]
      for (const name of names) {
        await runtime.tagImage(open, name)
        world.onCleanup(() => runtime.removeImage(name))
      }
      await world.create(programs.exit(0), { image: open })
      const tags = [...(await runtime.inspectImage(id)).tags].toSorted()
      for (const force of [false, true]) {
        await rejects('IMAGE_IN_USE', runtime.removeImage(id, { force }))
        equal([...(await runtime.inspectImage(id)).tags].toSorted(), tags)
      }
    },
  },
  {
    id: 'images/pull/brings-no-other-platform',
    clauses: ['pull.platform'],
    prerequisites: ['registry'],
    async run(world) {
      const { runtime, registries } = world
      const { open = '' } = registries
      world.onCleanup(() => runtime.removeImage(open))
      const { platform } = await runtime.pullImage(open)
      const other = platform.includes('arm64') ? 'linux/amd64' : 'linux/arm64'
      await rejects('IMAGE_NOT_FOUND', runtime.pullImage(open, { platform: other }))
      equal((await runtime.pullImage(open, { platform })).platform, platform)
    },
  },
  {
    id: 'images/pull/brings-and-reports',
    clauses: ['pull.brings', 'pull.again', 'pull.progress'],
    prerequisites: ['registry'],
    async run(world) {
      const { runtime, registries } = world
      const { open = '' } = registries
      await runtime.removeImage(open)
      world.onCleanup(() => runtime.removeImage(open))
      const seen: string[] = []
      const pulled = await runtime.pullImage(open, { onEvent: ({ phase }) => seen.push(phase) })
      const image = await runtime.inspectImage(open)
      equal(pulled.id, image.id)
      ok(/^sha256:[0-9a-f]{64}$/.test(pulled.digest ?? ''), `${pulled.digest} is no digest`)
      ok(
        pulled.platform.startsWith(`${image.operatingSystem}/${image.architecture}`),
        `${pulled.platform} is not its own`,
      )
      ok(seen.length > 0, 'no progress')
      equal((await runtime.pullImage(open)).id, image.id, 'again')
    },
  },
  {
    id: 'images/pull/says-that-there-is-none',
    clauses: ['pull.missing'],
    prerequisites: ['registry'],
    async run({ runtime, registries }) {
      await rejects('IMAGE_NOT_FOUND', runtime.pullImage(registries.missing ?? ''))
    },
  },
  {
    id: 'images/pull/takes-the-right-credentials-only',
    clauses: ['pull.unauthorized', 'pull.credentials'],
    prerequisites: ['private-registry'],
    async run({ runtime, registries }) {
      const { reference = '', credentials = { username: '', password: '' } } = registries.private ?? {}
      await rejects('UNAUTHORIZED', runtime.pullImage(reference))
      const wrong = { ...credentials, password: `${credentials.password}x` }
      const error = await rejects('UNAUTHORIZED', runtime.pullImage(reference, { credentials: wrong }))
      ok(!JSON.stringify(error).includes(wrong.password), 'the password stands in the error')
      const { id } = await runtime.pullImage(reference, { credentials })
      equal((await runtime.inspectImage(reference)).id, id)
      await runtime.removeImage(reference)
    },
  },
  {
    id: 'images/pull/a-callback-that-throws-ends-it',
    clauses: ['events-callback.throws'],
    prerequisites: ['registry'],
    async run(world) {
      const { runtime, registries } = world
      const { open = '' } = registries
      world.onCleanup(() => runtime.removeImage(open))
      const mine = new Error('my own')
      let thrown: unknown
      await runtime
        .pullImage(open, {
          onEvent() {
            throw mine
          },
        })
        .catch((error: unknown) => {
          thrown = error
        })
      ok(thrown === mine, `rejected with ${String(thrown)}`)
    },
  },
  {
    id: 'images/push/what-was-sent-can-be-pulled',
    clauses: ['push.round-trip'],
    needs: ['pushImage'],
    prerequisites: ['registry'],
    async run(world) {
      const { runtime, programs, registries } = world
      const { open = '' } = registries
      const host = open.includes('/') ? `${open.slice(0, open.indexOf('/'))}/` : ''
      const repository = `${host}${world.name('pushed')}`
      const reference = `${repository}:1`
      await runtime.tagImage(programs.image, reference)
      world.onCleanup(() => runtime.removeImage(reference))
      const { digest } = await runtime.pushImage(reference)
      ok(/^sha256:[0-9a-f]{64}$/.test(digest), `${digest} is no digest`)
      const pulled = await runtime.pullImage(`${repository}@${digest}`)
      equal(pulled.digest, digest)
    },
  },
]
