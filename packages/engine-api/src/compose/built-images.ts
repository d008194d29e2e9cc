import { RuntimeError, type ComposeModel, type ContainerSummary } from '@moorage/runtime-core'
import { isOneOff, projectLabel, serviceOf } from './belongings.ts'
import type { EngineMethods } from './engine-methods.ts'

/** What compose's other builder labels images with, in the place of the project. */
const builderLabel = 'com.docker.compose.image.builder'

/**
 * The images that compose built for services that name none. An image that only has such a name, and none of compose's
 * labels, was made by someone else.
 */
export async function builtImages(
  engine: EngineMethods,
  projectName: string,
  services: ComposeModel['services'],
  containers: readonly ContainerSummary[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const named = Object.entries(services).flatMap(([service, { build, image }]) =>
    build !== undefined && image === undefined ? [service] : [],
  )
  const used = containers.filter((container) => !isOneOff(container)).map(serviceOf)
  const candidates = [...new Set([...named, ...used])].filter((service) => {
    const spec = services[service]
    return spec === undefined || (spec['build'] !== undefined && spec['image'] === undefined)
  })
  const found = await Promise.all(
    candidates.map(async (service) => {
      const reference = `${projectName}-${service}:latest`
      const image = await findImage(engine, reference, signal)
      if (image === undefined) return []
      const { [projectLabel]: owner, [builderLabel]: builder } = image.labels
      const isOwn = owner === projectName || (owner === undefined && builder === 'classic')
      return isOwn ? [reference] : []
    }),
  )
  return found.flat()
}

async function findImage(engine: EngineMethods, reference: string, signal: AbortSignal | undefined) {
  try {
    return await engine.inspectImage(reference, signal === undefined ? {} : { signal })
  } catch (error) {
    if (RuntimeError.is(error, 'IMAGE_NOT_FOUND')) return undefined
    throw error
  }
}

/** Images that other containers use stay. */
export async function removeImages(
  engine: EngineMethods,
  references: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const reference of references) {
    const removal = engine.removeImage(reference, { missing: 'ignore', ...(signal && { signal }) })
    await removal.catch((error: unknown) => {
      if (!RuntimeError.is(error, 'IMAGE_IN_USE')) throw error
    })
  }
}
