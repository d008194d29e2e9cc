import {
  createResourceScope,
  listScopes,
  reapScopes,
  type BuiltImage,
  type CleanupReport,
  type Runtime,
} from '@moorage/runtime-core'
import { equal, ok, rejects } from '../../world/assertions.ts'
import type { World } from '../../world/world.ts'
import type { ContractCase } from '../case.ts'

const needs = ['build'] as const

/** An image on the image of the programs, or on another one, built through any runtime; gone when the case has ended. */
async function buildThrough(
  world: World,
  runtime: Runtime,
  tags: readonly string[],
  from = world.programs.image,
): Promise<BuiltImage> {
  // A label of its own: equal builds are one image.
  const labels = { ...world.labels, 'org.moorage.contract.build': world.name('build') }
  const built = await runtime.buildImage({ context: { files: { Dockerfile: `FROM ${from}\n` } }, tags, labels })
  world.removeImageLater(built.id)
  return built
}

const named = (entries: CleanupReport['removed' | 'kept' | 'failed']): readonly string[] =>
  entries.map(({ kind, id }) => `${kind} ${id}`).toSorted()

export const scopedImageCases: readonly ContractCase[] = [
  {
    id: 'helpers/scope/leaves-containers-of-its-images',
    clauses: ['scope.inherited-labels'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const scope = createResourceScope(runtime)
      const image = await buildThrough(world, scope.runtime, [`${world.name('image')}:1`])
      const stranger = await world.runReady(programs.forever(), { image: image.id })
      const own = await scope.runtime.createContainer(world.spec(programs.exit(0), { image: image.id }))
      world.removeLater(own.id)
      const first = await scope.cleanup()
      equal([named(first.removed), named(first.failed)], [[`container ${own.id}`], [`image ${image.id}`]])
      equal((await runtime.inspectContainer(stranger.id)).status, 'running')
      equal(
        (await runtime.inspectImage(image.id)).tags.filter((tag) => image.tags.includes(tag)),
        image.tags,
      )
      await runtime.removeContainer(stranger.id, { force: true })
      equal(named((await scope.cleanup()).removed), [`image ${image.id}`])
      await rejects('IMAGE_NOT_FOUND', runtime.inspectImage(image.id))
    },
  },
  {
    id: 'helpers/scope/leaves-images-built-from-its-images',
    clauses: ['scope.inherited-labels'],
    needs,
    async run(world) {
      const { runtime } = world
      const scope = createResourceScope(runtime)
      const name = `${world.name('image')}:1`
      await buildThrough(world, scope.runtime, [name])
      const tagged = await buildThrough(world, runtime, [`${world.name('derived')}:1`], name)
      const untagged = await buildThrough(world, runtime, [], name)
      const { kept } = await scope.cleanup()
      equal(kept.map(({ id }) => id).toSorted(), [tagged.id, untagged.id].toSorted())
      await rejects('IMAGE_NOT_FOUND', runtime.inspectImage(name))
      equal((await runtime.inspectImage(tagged.id)).tags, tagged.tags)
      equal((await runtime.inspectImage(untagged.id)).tags, [])
      equal(
        (await listScopes(runtime)).filter(({ id }) => id === scope.id),
        [],
      )
    },
  },
  {
    id: 'helpers/scope/is-not-named-by-labels-of-an-image',
    clauses: ['scope.inherited-labels', 'scope.reaps'],
    needs,
    async run(world) {
      const { runtime, programs } = world
      const owner = world.name('dead')
      const scope = createResourceScope(runtime, { owner })
      const template = await scope.runtime.createContainer(world.spec(programs.exit(0)))
      world.removeLater(template.id)
      // As a commit of the container does: all of its labels become labels of an image.
      const { labels } = await runtime.inspectContainer(template.id)
      const { id: image } = await runtime.buildImage({
        context: { files: { Dockerfile: `FROM ${programs.image}\n` } },
        labels,
      })
      world.removeImageLater(image)
      const stranger = await world.runReady(programs.forever(), { image })
      const own = await scope.runtime.createContainer(world.spec(programs.exit(0), { image }))
      world.removeLater(own.id)
      const isGone = (candidate: string): boolean => candidate === owner
      const [reaped] = await reapScopes(runtime, { isGone })
      equal(
        [named(reaped?.removed ?? []), named(reaped?.kept ?? [])],
        [[`container ${own.id}`, `container ${template.id}`].toSorted(), [`container ${stranger.id}`]],
      )
      equal((await runtime.inspectContainer(stranger.id)).status, 'running')
      equal(await reapScopes(runtime, { isGone }), [], 'the second time')
    },
  },
  {
    id: 'helpers/scope/reaps-what-left-only-an-image',
    clauses: ['scope.images', 'scope.reaps'],
    needs,
    async run(world) {
      const { runtime } = world
      const owner = world.name('dead')
      const scope = createResourceScope(runtime, { owner })
      const tagged = await buildThrough(world, scope.runtime, [`${world.name('image')}:1`])
      const untagged = await buildThrough(world, scope.runtime, [])
      equal([tagged.tags.length, untagged.tags], [1, []], 'names')
      equal(
        (await listScopes(runtime)).filter(({ id }) => id === scope.id).map((left) => left.owner),
        [owner],
      )
      const [reaped] = await reapScopes(runtime, { isGone: (candidate) => candidate === owner })
      equal(named(reaped?.removed ?? []), [`image ${tagged.id}`, `image ${untagged.id}`].toSorted())
      for (const { id } of [tagged, untagged]) await rejects('IMAGE_NOT_FOUND', runtime.inspectImage(id))
    },
  },
  {
    id: 'helpers/scope/leaves-an-image-that-others-named',
    clauses: ['scope.image-names'],
    needs,
    async run(world) {
      const { runtime } = world
      const scope = createResourceScope(runtime)
      const [name, foreign] = [`${world.name('image')}:1`, `${world.name('foreign')}:1`]
      const { id } = await buildThrough(world, scope.runtime, [name])
      await runtime.tagImage(id, foreign)
      const { removed, failed, kept } = await scope.cleanup()
      equal([removed, failed, named(kept)], [[], [], [`image ${id}`]])
      equal((await runtime.inspectImage(id)).tags, [foreign])
      equal(await scope.cleanup().then((report) => report.removed), [], 'the second time')
    },
  },
  {
    id: 'helpers/scope/remove-image-leaves-names-of-others',
    clauses: ['scope.image-names'],
    needs,
    async run(world) {
      const { runtime } = world
      const scope = createResourceScope(runtime)
      const foreign = `${world.name('foreign')}:1`
      const { id } = await buildThrough(world, scope.runtime, [])
      await runtime.tagImage(id, foreign)
      await rejects('IMAGE_IN_USE', scope.runtime.removeImage(id))
      const { tags } = await runtime.inspectImage(id)
      ok(tags.includes(foreign), 'the name of others is still there')
      const name = `${world.name('image')}:1`
      const own = await buildThrough(world, scope.runtime, [name])
      await scope.runtime.removeImage(name)
      await rejects('IMAGE_NOT_FOUND', runtime.inspectImage(own.id))
    },
  },
]
