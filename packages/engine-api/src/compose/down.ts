import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { RuntimeError, type ComposeDownOptions, type ComposeModel, type ComposeProject } from '@moorage/runtime-core'
import { downArguments } from './arguments.ts'
import type { ComposeCli } from './cli.ts'
import { composeConfig, projectNameOf } from './config.ts'
import { projectServices, type Looking } from './services.ts'

const operation = 'composeDown'

/**
 * `compose down` without the files: it goes by labels then, and so finds what has come of any profile. Images that were
 * built for the project carry those labels only where BuildKit has built them, and so go by their names.
 */
export async function composeDown(
  cli: ComposeCli,
  adapter: Looking,
  project: ComposeProject,
  options: ComposeDownOptions,
): Promise<void> {
  const { signal, onEvent, removeImages, ...rest } = options
  const projectName = await projectNameOf(cli, project, operation, signal)
  const built = removeImages === undefined ? [] : await builtImages(cli, adapter, { ...project, projectName }, signal)
  // There must be no files where it looks for some.
  const folder = await mkdtemp(`${tmpdir()}/moorage-compose-`)
  try {
    const verb = downArguments(rest)
    await cli.run({ operation, project: { projectName }, verb, signal, folder, ...(onEvent && { onEvent }) })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  for (const reference of built) {
    const removal = adapter.removeImage(reference, { missing: 'ignore', ...(signal && { signal }) })
    await removal.catch((error: unknown) => {
      // Somebody else uses it.
      if (!RuntimeError.is(error, 'IMAGE_IN_USE')) throw error
    })
  }
}

/** The names that compose gives to what it builds for services that name no image. */
async function builtImages(
  cli: ComposeCli,
  adapter: Looking,
  project: ComposeProject & { readonly projectName: string },
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const { projectName } = project
  const nameOf = (service: string): string => `${projectName}-${service}:latest`
  const containers = await projectServices(adapter, projectName, signal)
  const used = await Promise.all(
    containers.map(async ({ containerId, service }) => {
      const { image } = await adapter.inspectContainer(containerId, signal === undefined ? {} : { signal })
      return image === nameOf(service) || `${image}:latest` === nameOf(service) ? [nameOf(service)] : []
    }),
  )
  const model = await composeConfig(cli, project, signal, operation).catch(
    (error: unknown): ComposeModel | undefined => {
      // A name alone is enough for a down.
      if (RuntimeError.is(error, 'COMPOSE_FAILED')) return undefined
      throw error
    },
  )
  const named = Object.entries(model?.services ?? {}).flatMap(([service, { build, image }]) =>
    build !== undefined && image === undefined ? [nameOf(service)] : [],
  )
  return [...new Set([...used.flat(), ...named])]
}
