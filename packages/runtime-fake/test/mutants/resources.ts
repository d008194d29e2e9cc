import { RuntimeError, type ImageDetails } from '@moorage/runtime-core'
import { around, failure, instead, mutant, type Mutant } from './mutant.ts'

const images: readonly Mutant[] = [
  mutant('ids have no algorithm', ['images/inspect/tells-what-containers-inherit'], (runtime) => ({
    inspectImage: async (reference, options): Promise<ImageDetails> => {
      const image = await runtime.inspectImage(reference, options)
      return { ...image, id: image.id.replace('sha256:', '') }
    },
  })),
  mutant('an image is listed once for every tag', ['images/list/has-an-image-once-with-all-its-tags'], (runtime) => ({
    listImages: async (filter, options) =>
      (await runtime.listImages(filter, options)).flatMap((image) =>
        image.tags.map((tag) => ({ ...image, tags: [tag] })),
      ),
  })),
  mutant('an untagged image is told as deleted', ['images/remove/only-untags-what-is-not-the-last-tag'], (runtime) => ({
    removeImage: async (reference, options) => {
      const { untagged } = await runtime.removeImage(reference, options)
      return { untagged, deleted: ['sha256:0'] }
    },
  })),
  mutant('an image in use loses its other names', ['images/remove/by-id-takes-no-name-of-what-is-used'], (runtime) => ({
    removeImage: async (reference, options = {}) => {
      const { tags = [] } = await runtime.inspectImage(reference).catch(() => ({ tags: [] }))
      if (options.force === true) for (const tag of tags.slice(1)) await runtime.removeImage(tag)
      return runtime.removeImage(reference, options)
    },
  })),
  mutant('an image is for every platform', ['images/pull/brings-no-other-platform'], (runtime) => ({
    pullImage: (reference, { platform: _dropped, ...options } = {}) => runtime.pullImage(reference, options),
  })),
  mutant('`force` takes the containers along', ['images/remove/never-takes-the-image-from-a-container'], (runtime) => ({
    removeImage: async (reference, options = {}) => {
      if (options.force === true) {
        const { id } = await runtime.inspectImage(reference)
        const users = (await runtime.listContainers()).filter(({ imageId }) => imageId === id)
        for (const user of users) await runtime.removeContainer(user.id, { force: true })
      }
      return runtime.removeImage(reference, options)
    },
  })),
  mutant('a pull has no digest', ['images/pull/brings-and-reports'], (runtime) => ({
    pullImage: async (reference, options) => {
      const { digest: _dropped, ...pulled } = await runtime.pullImage(reference, options)
      return pulled
    },
  })),
  mutant('what the registry lacks is the engine’s failure', ['images/pull/says-that-there-is-none'], (runtime) =>
    around(runtime, 'pullImage', instead('IMAGE_NOT_FOUND', 'ENGINE_ERROR')),
  ),
  mutant('credentials do not matter', ['images/pull/takes-the-right-credentials-only'], (runtime) =>
    around(runtime, 'pullImage', instead('UNAUTHORIZED', 'success')),
  ),
  mutant('errors of callbacks are swallowed', ['images/pull/a-callback-that-throws-ends-it'], (runtime) => ({
    pullImage: (reference, { onEvent: _swallowed, ...options } = {}) => runtime.pullImage(reference, options),
  })),
  mutant('a push answers a digest of its own', ['images/push/what-was-sent-can-be-pulled'], (runtime) => ({
    pushImage: async (reference, options) => {
      await runtime.pushImage(reference, options)
      return { digest: `sha256:${'0'.repeat(64)}` }
    },
  })),
]

const conflictsSayNothing = async (invoke: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await invoke()
  } catch (error) {
    for (const code of ['NETWORK_CONFLICT', 'VOLUME_CONFLICT'] as const) {
      if (RuntimeError.is(error, code)) throw failure(code, { differs: [] })
    }
    throw error
  }
}

const networks: readonly Mutant[] = [
  mutant('no network is internal', ['networks/create/is-told-as-it-was-asked-for'], (runtime) => ({
    createNetwork: ({ internal: _dropped, ...spec }, options) => runtime.createNetwork(spec, options),
  })),
  mutant(
    'every create says that it created the network',
    ['networks/create/twice-is-once', 'networks/create/twenty-at-once-make-one'],
    (runtime) => ({
      createNetwork: async (spec, options) => ({ ...(await runtime.createNetwork(spec, options)), created: true }),
    }),
  ),
  mutant('a network conflict does not say in what', ['networks/create/says-in-what-another-one-differs'], (runtime) =>
    around(runtime, 'createNetwork', conflictsSayNothing),
  ),
  mutant('a missing network is always an error', ['networks/remove/missing-is-the-caller-s-choice'], (runtime) => ({
    removeNetwork: (id, options) => runtime.removeNetwork(id, { ...options, missing: 'error' }),
  })),
  mutant('a network has no members', ['networks/members/are-told-and-hold-it'], (runtime) => ({
    inspectNetwork: async (id, options) => ({ ...(await runtime.inspectNetwork(id, options)), containerIds: [] }),
  })),
  mutant('a network in use is removed in silence', ['networks/members/are-told-and-hold-it'], (runtime) =>
    around(runtime, 'removeNetwork', instead('NETWORK_IN_USE', 'success')),
  ),
  mutant('aliases are dropped', ['networks/names/reach-each-other'], (runtime) => ({
    createContainer: (spec, options) => {
      const attachments = (spec.networks ?? []).map(({ aliases: _dropped, ...attachment }) => attachment)
      return runtime.createContainer({ ...spec, networks: attachments }, options)
    },
  })),
]

const volumes: readonly Mutant[] = [
  mutant('volumes lose their empty labels', ['volumes/create/is-told-as-it-was-asked-for'], (runtime) => ({
    createVolume: (spec = {}, options) => {
      const filled = Object.entries(spec.labels ?? {}).filter(([, value]) => value !== '')
      return runtime.createVolume({ ...spec, labels: Object.fromEntries(filled) }, options)
    },
  })),
  mutant(
    'every create says that it created the volume',
    ['volumes/create/twice-is-once', 'volumes/create/twenty-at-once-make-one'],
    (runtime) => ({
      createVolume: async (spec, options) => ({ ...(await runtime.createVolume(spec, options)), created: true }),
    }),
  ),
  mutant('a volume conflict does not say in what', ['volumes/create/says-in-what-another-one-differs'], (runtime) =>
    around(runtime, 'createVolume', conflictsSayNothing),
  ),
  mutant('a missing volume is always an error', ['volumes/remove/missing-is-the-caller-s-choice'], (runtime) => ({
    removeVolume: (name, options) => runtime.removeVolume(name, { ...options, missing: 'error' }),
  })),
  mutant('a volume in use is removed in silence', ['volumes/remove/refuses-what-a-container-has'], (runtime) =>
    around(runtime, 'removeVolume', instead('VOLUME_IN_USE', 'success')),
  ),
  mutant('every container has its own volume', ['volumes/files/are-shared-and-survive'], (runtime) => ({
    createContainer: (spec, options) => {
      const mounts = (spec.mounts ?? []).map(({ target }) => ({ type: 'volume', target }) as const)
      return runtime.createContainer({ ...spec, mounts }, options)
    },
  })),
]

export const resourceMutants: readonly Mutant[] = [...images, ...networks, ...volumes]
