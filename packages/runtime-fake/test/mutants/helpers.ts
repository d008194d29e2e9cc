import type { ContainerDetails, ImageDetails, Runtime } from '@moorage/runtime-core'
import { mutant, type Mutant } from './mutant.ts'

/** Containers are told to be as they are not. */
function inspected(
  name: string,
  breaks: readonly string[],
  change: (details: ContainerDetails) => Partial<ContainerDetails>,
): Mutant {
  return mutant(name, breaks, (runtime) => ({
    inspectContainer: async (id, options) => {
      const details = await runtime.inspectContainer(id, options)
      return { ...details, ...change(details) }
    },
  }))
}

const anyPortListens = '   0: 00000000:1F90 00000000:0000 0A '

export const helperMutants: readonly Mutant[] = [
  inspected('everybody is healthy', ['helpers/wait/until-healthy', 'helpers/wait/until-healthy-fails-early'], () => ({
    health: 'healthy',
  })),
  inspected('checks of images are not seen', ['helpers/wait/until-an-image-s-own-check-is-healthy'], ({ image }) =>
    image.includes('checked') ? { health: 'none' } : {},
  ),
  mutant('logs begin with their reader', ['helpers/wait/for-a-log-line'], (runtime) => ({
    containerLogs: (id, options = {}) =>
      runtime.containerLogs(id, options.follow === true ? { ...options, tail: 0 } : options),
  })),
  mutant('everything listens', ['helpers/wait/for-a-port'], (runtime) => ({
    execContainer: async (id, spec, options) => {
      const result = await runtime.execContainer(id, spec, options)
      return spec.command.includes('/proc/net/tcp') ? { ...result, stdout: anyPortListens } : result
    },
  })),
  mutant('volumes are never found', ['helpers/scope/removes-what-was-made-in-it'], () => ({
    listVolumes: async () => [],
  })),
  mutant('networks are listed whoever’s they are', ['helpers/scope/reaps-only-the-dead'], strangersToo),
  imagesInspected(
    'images have no labels',
    ['helpers/scope/is-not-named-by-labels-of-an-image', 'helpers/scope/leaves-containers-of-its-images'],
    () => ({ labels: {} }),
  ),
  imagesInspected(
    'names of images are inherited',
    ['helpers/scope/leaves-images-built-from-its-images'],
    ({ labels }) => ({ tags: [`moorage.invalid/scope/${labels['org.moorage.scope.image']}:1`] }),
  ),
  imagesInspected('an image has one name', ['helpers/scope/leaves-an-image-that-others-named'], ({ tags }) => ({
    tags: tags.filter((tag) => !tag.includes('foreign')),
  })),
  mutant('removing an id removes all names', ['helpers/scope/remove-image-leaves-names-of-others'], (runtime) => ({
    removeImage: (reference, options) => runtime.removeImage(reference, { ...options, force: true }),
  })),
  mutant('builds give only the first name', ['helpers/scope/reaps-what-left-only-an-image'], (runtime) => ({
    buildImage: ({ tags = [], ...spec }, options) => runtime.buildImage({ ...spec, tags: tags.slice(0, 1) }, options),
  })),
]

function imagesInspected(
  name: string,
  breaks: readonly string[],
  change: (details: ImageDetails) => Partial<ImageDetails>,
): Mutant {
  return mutant(name, breaks, (runtime) => ({
    inspectImage: async (reference, options) => {
      const details = await runtime.inspectImage(reference, options)
      return { ...details, ...change(details) }
    },
  }))
}

function strangersToo(runtime: Runtime): Partial<Runtime> {
  return {
    async listNetworks(filter = {}, options) {
      const { 'org.moorage.scope': scope } = filter.labels ?? {}
      return runtime.listNetworks(scope === undefined ? filter : {}, options)
    },
  }
}
