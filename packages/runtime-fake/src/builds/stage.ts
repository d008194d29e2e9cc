import type { BuildSpec } from '@moorage/runtime-core'
import { usualDirectory, type FileTree } from '../engine/files.ts'
import { sizeOf } from '../engine/image-files.ts'
import type { FakeEngine } from '../engine/engine.ts'
import type { BuiltStep, ImageContent } from '../engine/records.ts'
import { copied } from './copy.ts'
import { digestOf, keyOf } from './digest.ts'
import type { Instruction } from './dockerfile.ts'
import { mountsOf, type StepMounts } from './mounts.ts'
import { filesAfterRun } from './run.ts'
import { changedSettings, workingDirectoryOf } from './settings.ts'
import { argumentsIn, type StagePlan } from './stages.ts'
import type { Step } from './steps.ts'
import { filledIn, type Variables } from './words.ts'

/** What a stage asks of the build that it is a part of. */
export interface Surroundings {
  readonly engine: FakeEngine
  readonly spec: BuildSpec
  readonly secrets: ReadonlyMap<string, Uint8Array>
  readonly globals: Variables
  readonly signal: AbortSignal | undefined
  /** Does a step and tells of it. */
  step<T>(name: string, work: (step: Step) => Promise<StepOutcome<T>>): Promise<T>
  knownStep(key: string): BuiltStep | undefined
  cache(id: string): FileTree
  context(): Promise<FileTree>
  /** The files of an earlier stage or an image. */
  filesOf(instruction: Instruction, name: string): Promise<FileTree>
}

export interface StepOutcome<T> {
  readonly answer: T
  readonly cached: boolean
}

/** A stage as far as it has come. */
export interface Stage {
  readonly image: ImageContent
  readonly files: FileTree
  /** What ARG has declared in it. */
  readonly declared: Variables
  /** It has a CMD of its own, and not its base's. */
  readonly hasCommand: boolean
  /** What it was made from: equal ones are the same stage. */
  readonly key: string
  /** Every step was there from a build before. */
  readonly isCached: boolean
  readonly history: NonNullable<ImageContent['history']>
}

/** All steps of a stage on top of what it begins with. */
export async function builtStage(run: Surroundings, plan: StagePlan, begun: Stage): Promise<Stage> {
  let stage = begun
  for (const [index, instruction] of plan.instructions.entries()) {
    run.signal?.throwIfAborted()
    const name = `[${plan.name ?? plan.index} ${index + 2}/${plan.instructions.length + 1}]`
    stage = await run.step(`${name} ${instruction.whole}`, async (step) => {
      const { next, isCached } = await after(run, stage, instruction, step)
      return { answer: next, cached: isCached }
    })
  }
  return stage
}

interface After {
  readonly next: Stage
  readonly isCached: boolean
}

async function after(run: Surroundings, stage: Stage, instruction: Instruction, step: Step): Promise<After> {
  const { keyword, text, flags } = instruction
  const variables = { ...stage.declared, ...stage.image.env }
  if (keyword === 'ARG') {
    const added = argumentsIn(instruction, run.spec.buildArguments ?? {}, variables, run.globals)
    return { next: { ...stage, declared: { ...stage.declared, ...added } }, isCached: true }
  }
  const image = changedImage(stage, instruction, variables)
  const created = { ...stage, image, hasCommand: stage.hasCommand || keyword === 'CMD' }
  if (keyword === 'RUN') {
    const mounts = await stepMounts(run, stage, instruction)
    const key = keyOf(stage.key, [keyword, text, JSON.stringify(flags), JSON.stringify(variables), mounts.digest])
    const known = run.knownStep(key)
    const { engine, spec, signal } = run
    const begun = { engine, spec, image: stage.image, files: stage.files, variables, mounts, step, signal }
    const files = known?.files ?? (await filesAfterRun(instruction, begun))
    return finished(run, created, { instruction, files, key, isCached: known !== undefined })
  }
  const files = keyword === 'COPY' ? await afterCopy(run, stage, instruction, variables) : withDirectory(created)
  const changes = digestOf(stage.files, files)
  const key = keyOf(stage.key, [keyword, text, JSON.stringify(flags), JSON.stringify(image), changes])
  return finished(run, created, { instruction, files, key, isCached: run.knownStep(key) !== undefined })
}

/** The settings after the instruction; an entrypoint leaves no command of the base behind it. */
function changedImage({ image, hasCommand }: Stage, instruction: Instruction, variables: Variables): ImageContent {
  const { keyword, text } = instruction
  if (keyword === 'WORKDIR') return { ...image, workingDirectory: workingDirectoryOf(image, filledIn(text, variables)) }
  const changed = changedSettings(image, instruction, variables) ?? image
  if (keyword !== 'ENTRYPOINT' || hasCommand) return changed
  const { command: _ofTheBase, ...rest } = changed
  return rest
}

function withDirectory({ image: { workingDirectory }, files }: Stage): FileTree {
  if (workingDirectory === undefined || files.has(workingDirectory)) return files
  return new Map([...files, [workingDirectory, usualDirectory]])
}

interface Finished {
  readonly instruction: Instruction
  readonly files: FileTree
  readonly key: string
  readonly isCached: boolean
}

function finished(run: Surroundings, stage: Stage, { instruction, files, key, isCached }: Finished): After {
  run.engine.steps.set(key, { files })
  const createdBy = instruction.whole
  const sizeBytes = Math.max(0, sizeOf(files) - sizeOf(stage.files))
  return {
    next: {
      ...stage,
      files,
      key,
      isCached: stage.isCached && isCached,
      history: [...stage.history, { createdBy, sizeBytes }],
    },
    isCached,
  }
}

function stepMounts(run: Surroundings, { image }: Stage, instruction: Instruction): Promise<StepMounts> {
  return mountsOf(instruction, {
    image,
    secrets: run.secrets,
    agents: run.spec.ssh ?? {},
    filesOf: (name) => (name === undefined ? run.context() : run.filesOf(instruction, name)),
    cache: (id) => run.cache(id),
  })
}

async function afterCopy(
  run: Surroundings,
  stage: Stage,
  instruction: Instruction,
  variables: Variables,
): Promise<FileTree> {
  const from = instruction.flags.find(({ name }) => name === 'from')?.value
  const files = from === undefined ? await run.context() : await run.filesOf(instruction, filledIn(from, variables))
  return copied(instruction, { files, target: stage.files, image: stage.image, variables })
}
