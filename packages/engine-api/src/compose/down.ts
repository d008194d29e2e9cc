import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { RuntimeError, type ComposeDownOptions, type ComposeProject } from '@moorage/runtime-core'
import { projectResources } from './belongings.ts'
import { builtImages, removeImages as removeBuiltImages } from './built-images.ts'
import type { ComposeRunner } from './cli.ts'
import { DownRound } from './down-round.ts'
import { downTarget, operation, type DownTarget } from './down-target.ts'
import type { EngineMethods } from './engine-methods.ts'
import { composeFailed } from './failures.ts'
import type { Turns } from './turns.ts'

/** The engine may still carry out requests of a compose process that was killed. */
const lookAgainMs = 250
const mostRounds = 10

/**
 * `compose down` with the files, so that they decide what goes; by the project's labels alone where only the name is given
 * or the files are gone. Labels also find what an aborted `composeUp` of these files made late.
 */
export async function composeDown(
  cli: ComposeRunner,
  engine: EngineMethods,
  turns: Turns,
  project: ComposeProject,
  options: ComposeDownOptions,
): Promise<void> {
  const { signal, removeVolumes = false } = options
  const target = await downTarget(cli, project, removeVolumes, signal)
  await turns.take(target.projectName, signal, () => takeDown(cli, engine, target, options))
}

async function takeDown(
  cli: ComposeRunner,
  engine: EngineMethods,
  target: DownTarget,
  options: ComposeDownOptions,
): Promise<void> {
  const { signal, removeImages } = options
  // Compose must find no files there.
  const emptyFolder = await mkdtemp(`${tmpdir()}/moorage-compose-`)
  try {
    const first = await DownRound.survey(engine, target, options)
    first.refuseAmbiguousName()
    const { projectName, files } = target
    const services = files?.model.services ?? {}
    const built = removeImages === undefined ? [] : await builtImages(engine, projectName, services, first.own, signal)
    await untilNothingIsLeft(cli, engine, target, emptyFolder, options, first)
    await removeBuiltImages(engine, built, signal)
  } finally {
    await rm(emptyFolder, { recursive: true, force: true })
  }
}

/** Repeats the removal for what still exists or was made in the meantime. */
async function untilNothingIsLeft(
  cli: ComposeRunner,
  engine: EngineMethods,
  target: DownTarget,
  emptyFolder: string,
  options: ComposeDownOptions,
  first: DownRound,
): Promise<void> {
  const { signal } = options
  let before: string | undefined
  let round = first
  for (let count = 1; ; count += 1) {
    const error = await round.run(cli, emptyFolder).then(
      () => undefined,
      (reason: unknown) => {
        // Resources that are made while compose removes others make it fail.
        if (RuntimeError.is(reason, 'COMPOSE_FAILED')) return reason
        throw reason
      },
    )
    const { next, left } = await leftOf(() => lookAgain(engine, target, options), signal)
    round = next
    const names = [...round.due.map(({ name }) => name), ...left].toSorted().join(', ')
    if (error === undefined && names === '') break
    const isStuck = names === before
    if (error !== undefined && (isStuck || count === mostRounds)) throw error
    // Resources that other containers use stay, as they do for compose.
    if (round.due.length === 0 && isStuck) break
    if (count === mostRounds) {
      const text = `after ${mostRounds} attempts these still exist: ${names}`
      const advice =
        'Remove them with `removeContainer`, `removeNetwork` or `removeVolume`; compose does not know them.'
      throw composeFailed({ operation, kind: 'other', text, advice, arguments: ['down'], lastLines: [] })
    }
    before = names
  }
  round.refuseOneOffs()
}

interface Left {
  readonly next: DownRound
  /** Networks and volumes. */
  readonly left: readonly string[]
}

async function lookAgain(engine: EngineMethods, target: DownTarget, options: ComposeDownOptions): Promise<Left> {
  const { signal, removeVolumes = false } = options
  const { projectName, files } = target
  const [next, { networks, volumes }] = await Promise.all([
    DownRound.survey(engine, target, options),
    projectResources(engine, projectName, removeVolumes, files, signal),
  ])
  return { next, left: [...networks, ...volumes] }
}

/** Nothing is left when two looks in a row find nothing. */
async function leftOf(look: () => Promise<Left>, signal: AbortSignal | undefined): Promise<Left> {
  const first = await look()
  if (first.next.due.length + first.left.length > 0) return first
  await delay(lookAgainMs, undefined, signal === undefined ? {} : { signal }).catch(() => signal?.throwIfAborted())
  return look()
}
