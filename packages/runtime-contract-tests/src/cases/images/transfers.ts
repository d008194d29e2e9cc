import { collectBytes } from '@moorage/runtime-core'
import { begun, equal, ok, rejects, rejectsWith } from '../../world/assertions.ts'
import { tarOf } from '../../world/tar.ts'
import type { ContractCase } from '../case.ts'

async function* piece(bytes: Uint8Array): AsyncGenerator<Uint8Array, undefined> {
  yield bytes
}

async function* failing(error: Error): AsyncGenerator<Uint8Array, undefined> {
  yield new Uint8Array(512)
  throw error
}

export const transferCases: readonly ContractCase[] = [
  {
    id: 'images/pull/is-shared-by-those-who-ask-at-once',
    clauses: ['pull.shared'],
    prerequisites: ['registry', 'stalling-registry'],
    async run(world) {
      const { runtime, registries } = world
      const { open = '', stalling = '' } = registries
      await runtime.removeImage(open)
      world.onCleanup(() => runtime.removeImage(open))
      const pulled = await Promise.all(Array.from({ length: 10 }, () => runtime.pullImage(open)))
      equal(new Set(pulled.map(({ id }) => id)).size, 1)
      const [first, second] = [new AbortController(), new AbortController()]
      const [mine, theirs] = [new Error('mine'), new Error('theirs')]
      const one = begun(runtime.pullImage(stalling, { signal: first.signal }))
      const other = begun(runtime.pullImage(stalling, { signal: second.signal }))
      await world.aWhile()
      first.abort(mine)
      await rejectsWith(mine, one)
      const outcome = other.then(
        () => 'resolved',
        () => 'rejected',
      )
      equal(await Promise.race([outcome, world.aWhile().then(() => 'waits')]), 'waits')
      second.abort(theirs)
      await rejectsWith(theirs, other)
    },
  },
  {
    id: 'images/pull/tells-how-far-it-is',
    clauses: ['pull.fraction'],
    prerequisites: ['registry'],
    async run(world) {
      const { runtime, registries } = world
      const { open = '' } = registries
      await runtime.removeImage(open)
      world.onCleanup(() => runtime.removeImage(open))
      const fractions: number[] = []
      await runtime.pullImage(open, { onEvent: ({ fraction }) => fraction !== undefined && fractions.push(fraction) })
      equal(
        fractions,
        fractions.toSorted((one, other) => one - other),
        'the fractions',
      )
      ok(
        fractions.every((fraction) => fraction >= 0 && fraction <= 1),
        `${fractions.join(', ')} are no fractions`,
      )
    },
  },
  {
    id: 'images/pull/by-digest-is-found-by-it',
    clauses: ['pull.digest'],
    prerequisites: ['registry'],
    async run(world) {
      const { runtime, registries } = world
      const { open = '' } = registries
      world.onCleanup(() => runtime.removeImage(open))
      const { digest = '', id } = await runtime.pullImage(open)
      await runtime.removeImage(open)
      const pinned = `${open.slice(0, open.lastIndexOf(':'))}@${digest}`
      const pulled = await runtime.pullImage(pinned)
      world.onCleanup(() => runtime.removeImage(pinned))
      equal([pulled.id, pulled.digest], [id, digest])
      equal((await runtime.inspectImage(pinned)).id, id)
      const { id: container } = await runtime.createContainer({ image: pinned, labels: world.labels })
      world.removeLater(container)
      equal((await runtime.inspectContainer(container)).imageId, id)
    },
  },
  {
    id: 'images/archive/brings-back-what-was-saved',
    clauses: ['image-archive.round-trip', 'image.dangling'],
    needs: ['imageArchives'],
    prerequisites: ['registry'],
    async run(world) {
      const { runtime, programs, registries } = world
      const { open = '' } = registries
      const tag = `${world.name('saved')}:1`
      const { id } = await runtime.pullImage(open)
      world.onCleanup(() => runtime.removeImage(open))
      await runtime.tagImage(programs.image, tag)
      world.onCleanup(() => runtime.removeImage(tag))
      const archive = await collectBytes(runtime.saveImages([open, tag]))
      await runtime.removeImage(open)
      await runtime.removeImage(tag)
      await rejects('IMAGE_NOT_FOUND', runtime.inspectImage(tag))
      const loaded = await runtime.loadImages(piece(archive))
      equal(loaded.toSorted(), [open, tag].toSorted())
      equal((await runtime.inspectImage(open)).id, id)
      equal((await runtime.inspectImage(tag)).id, (await runtime.inspectImage(programs.image)).id)
      const named = await runtime.listImages({ dangling: false })
      ok(
        named.some((image) => image.id === id) && named.every(({ tags }) => tags.length > 0),
        'tagged ones are missing, or others are there',
      )
      const dangling = await runtime.listImages({ dangling: true })
      ok(
        dangling.every((image) => image.id !== id && image.tags.length === 0),
        'one with a tag is said to have none',
      )
    },
  },
  {
    id: 'images/archive/refuses-what-is-none',
    clauses: ['image-archive.missing', 'image-archive.malformed', 'image-archive.platform'],
    needs: ['imageArchives'],
    async run(world) {
      const { runtime, programs } = world
      const missing = `${world.name('missing')}:1`
      await rejects('IMAGE_NOT_FOUND', () => runtime.saveImages([missing]).next())
      await rejects('IMAGE_NOT_FOUND', () => runtime.saveImages([programs.image, missing]).next())
      const garbage = new TextEncoder().encode('no archive at all '.repeat(100))
      const archives = [
        ...[garbage, new Uint8Array(1024), new Uint8Array(0)].map((bytes) => piece(bytes)),
        tarOf({ name: 'file', text: 'x' }),
        ...['[]', 'null', '{}', '[1', '[{}]'].map((text) => tarOf({ name: 'manifest.json', text })),
      ]
      for (const archive of archives) {
        const error = await rejects('INVALID_ARGUMENT', runtime.loadImages(archive))
        equal(error.details.field, 'archive')
      }
      const dried = new Error('the source has run dry')
      await rejectsWith(dried, runtime.loadImages(failing(dried)))
      const { operatingSystem, architecture } = await runtime.inspectImage(programs.image)
      const other = `${operatingSystem}/${architecture === 'arm64' ? 'amd64' : 'arm64'}`
      await rejects('IMAGE_NOT_FOUND', () => runtime.saveImages([programs.image], { platform: other }).next())
      const own = runtime.saveImages([programs.image], { platform: `${operatingSystem}/${architecture}` })
      equal((await own.next()).done, false)
      await own.return()
    },
  },
  {
    id: 'images/history/tells-the-steps',
    clauses: ['image-history.steps', 'image-history.missing'],
    needs: ['imageHistory'],
    async run(world) {
      const { runtime, programs } = world
      const steps = await runtime.imageHistory(programs.image)
      ok(steps.length > 0, 'there are none')
      for (const { createdAt, createdBy, sizeBytes, comment } of steps) {
        ok(!Number.isNaN(Date.parse(createdAt)) && sizeBytes >= 0, `${createdAt}, ${sizeBytes} bytes`)
        equal([typeof createdBy, typeof comment], ['string', 'string'])
      }
      const times = steps.map(({ createdAt }) => Date.parse(createdAt))
      equal(
        times,
        times.toSorted((one, other) => other - one),
        'the order',
      )
      await rejects('IMAGE_NOT_FOUND', runtime.imageHistory(`${world.name('missing')}:1`))
    },
  },
]
