import { checkAgents, dockerfileText, readSecrets, sourceOf } from '@moorage/build-context'
import type { BuildSpec, BuiltImage, BuildEvent, ProgressOptions } from '@moorage/runtime-core'
import type { FakeEngine } from '../engine/engine.ts'
import type { ImageContent, ImageRecord } from '../engine/records.ts'
import { BuildRun } from './build-run.ts'
import { parseDockerfile } from './dockerfile.ts'
import { BuildProblem } from './problem.ts'
import { keyOf } from './digest.ts'
import type { Stage } from './stage.ts'
import { planOf, targetOf, type DockerfilePlan, type StagePlan } from './stages.ts'
import { refusedBuild } from './steps.ts'
import type { Variables } from './words.ts'

const operation = 'buildImage'
const usualPlatform = 'linux/amd64'

/** Builds from a Dockerfile: the steps of the stage that is asked for and of those that it is made of. */
export async function buildImage(
  engine: FakeEngine,
  spec: BuildSpec,
  { signal, onEvent = () => undefined }: ProgressOptions<BuildEvent> = {},
): Promise<BuiltImage> {
  const secrets = await readSecrets(operation, spec)
  await checkAgents(operation, spec)
  await using source = await sourceOf(operation, spec, signal)
  const { plan, target } = planned(spec, source.dockerfile, await dockerfileText(source))
  for (const text of unusedArguments(spec, plan)) onEvent({ type: 'warning', text })
  const run = new BuildRun({ engine, spec, source, plan, secrets, onEvent, signal })
  const stage = await run.stage(target)
  signal?.throwIfAborted()
  const image = imageOf(engine, stage, spec)
  for (const tag of spec.tags ?? []) engine.tagImage(image, tag)
  return { id: image.id, tags: spec.tags ?? [] }
}

interface Planned {
  readonly plan: DockerfilePlan
  readonly target: StagePlan
}

function planned(spec: BuildSpec, name: string, text: string | undefined): Planned {
  try {
    if (text === undefined) throw new BuildProblem(`the context has no \`${name}\``)
    const plan = planOf(parseDockerfile(text), spec.buildArguments ?? {}, platformsOf(spec))
    return { plan, target: targetOf(plan.stages, spec.target) }
  } catch (error) {
    throw error instanceof BuildProblem ? refusedBuild(error) : error
  }
}

/** What every Dockerfile may ask for by ARG. */
function platformsOf({ platform = usualPlatform }: BuildSpec): Variables {
  const names = (prefix: string, value: string): Variables => {
    const [operatingSystem = '', architecture = '', variant = ''] = value.split('/')
    return {
      [`${prefix}PLATFORM`]: value,
      [`${prefix}OS`]: operatingSystem,
      [`${prefix}ARCH`]: architecture,
      [`${prefix}VARIANT`]: variant,
    }
  }
  return { ...names('BUILD', usualPlatform), ...names('TARGET', platform) }
}

function unusedArguments({ buildArguments = {} }: BuildSpec, { stages, globals }: DockerfilePlan): readonly string[] {
  const declared = stages
    .flatMap(({ instructions }) => instructions)
    .flatMap(({ keyword, text }) => (keyword === 'ARG' ? text.split(/\s+/).map((word) => word.split('=')[0]) : []))
  return Object.keys(buildArguments)
    .filter((name) => !declared.includes(name) && !Object.hasOwn(globals, name))
    .map((name) => `the build argument ${name} is declared by no ARG`)
}

/** What has been built before from the same things is the same image. */
function imageOf(engine: FakeEngine, stage: Stage, { labels = {} }: BuildSpec): ImageRecord {
  const builtFrom = keyOf(stage.key, [JSON.stringify(labels)])
  const known = [...engine.images.values()].find((image) => image.spec.builtFrom === builtFrom)
  if (known !== undefined && stage.isCached) return known
  const { image, files, history } = stage
  const content: ImageContent = {
    ...image,
    ...(Object.keys(labels).length > 0 && { labels: { ...image.labels, ...labels } }),
    tree: files,
    history,
    builtFrom,
  }
  return engine.addImage(undefined, content)
}
