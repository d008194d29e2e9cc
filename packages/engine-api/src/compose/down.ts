import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { RuntimeError, type ComposeDownOptions, type ComposeModel, type ComposeProject } from '@moorage/runtime-core'
import { downArguments } from './arguments.ts'
import type { ComposeRunner } from './cli.ts'
import { composeConfig, projectNameOf } from './config.ts'
import { composeFailed } from './failures.ts'
import { projectBelongings, projectServices, type Belongings, type Looking } from './services.ts'
import type { Turns } from './turns.ts'

const operation = 'composeDown'

type NamedProject = ComposeProject & { readonly projectName: string }

/** What an engine was asked for by a compose that was killed may come a moment later. */
const lookAgainMs = 250
const mostRounds = 10

/**
 * `compose down` without the files: it goes by labels then, and so finds what has come of any profile. Images that were
 * built for the project carry those labels only where BuildKit has built them, and so go by their names.
 */
export async function composeDown(
  cli: ComposeRunner,
  adapter: Looking,
  turns: Turns,
  project: ComposeProject,
  options: ComposeDownOptions,
): Promise<void> {
  const { signal } = options
  const projectName = await projectNameOf(cli, project, operation, signal)
  await turns.take(projectName, signal, () => takeDown(cli, adapter, { ...project, projectName }, options))
}

async function takeDown(
  cli: ComposeRunner,
  adapter: Looking,
  project: NamedProject,
  options: ComposeDownOptions,
): Promise<void> {
  const { signal, removeImages } = options
  const built = removeImages === undefined ? [] : await builtImages(cli, adapter, project, signal)
  // There must be no files where it looks for some.
  const folder = await mkdtemp(`${tmpdir()}/moorage-compose-`)
  try {
    await untilNothingIsLeft(cli, adapter, project.projectName, folder, options)
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

/** Down, and down again for what is there still or has come in the meantime. */
async function untilNothingIsLeft(
  cli: ComposeRunner,
  adapter: Looking,
  projectName: string,
  folder: string,
  { signal, onEvent, ...rest }: ComposeDownOptions,
): Promise<void> {
  const verb = downArguments(rest)
  const { removeVolumes = false } = rest
  let before: string | undefined
  for (let round = 1; ; round += 1) {
    const run = cli.run({ operation, project: { projectName }, verb, signal, folder, ...(onEvent && { onEvent }) })
    const error = await run.then(
      () => undefined,
      (reason: unknown) => {
        // What is made while it removes makes it fail.
        if (RuntimeError.is(reason, 'COMPOSE_FAILED')) return reason
        throw reason
      },
    )
    const { containers, shared } = await leftOf(
      () => projectBelongings(adapter, projectName, removeVolumes, signal),
      signal,
    )
    const left = [...containers, ...shared].toSorted().join(' ')
    if (error === undefined && left === '') return
    const isStuck = left === before
    if (error !== undefined && (isStuck || round === mostRounds)) throw error
    // What somebody else uses stays, as it does for compose.
    if (containers.length === 0 && isStuck) return
    if (round === mostRounds) {
      const text = `after ${mostRounds} times these are still there: ${left}`
      throw composeFailed({ operation, kind: 'other', text, arguments: verb, lastLines: [] })
    }
    before = left
  }
}

/** Nothing is left when two looks in a row find nothing. */
async function leftOf(look: () => Promise<Belongings>, signal: AbortSignal | undefined): Promise<Belongings> {
  const first = await look()
  if (first.containers.length + first.shared.length > 0) return first
  await delay(lookAgainMs, undefined, signal === undefined ? {} : { signal }).catch(() => signal?.throwIfAborted())
  return look()
}

/** The names that compose gives to what it builds for services that name no image. */
async function builtImages(
  cli: ComposeRunner,
  adapter: Looking,
  project: NamedProject,
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
