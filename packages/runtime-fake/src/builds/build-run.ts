import type { BuildSource } from '@moorage/build-context'
import {
  parseImageReference,
  RuntimeError,
  type BuildEvent,
  type BuildSpec,
  type RuntimeErrorCode,
} from '@moorage/runtime-core'
import type { FakeEngine } from '../engine/engine.ts'
import type { FileTree } from '../engine/files.ts'
import { imageFiles } from '../engine/image-files.ts'
import { needImage } from '../engine/lookup.ts'
import type { BuiltStep, ImageRecord } from '../engine/records.ts'
import { platformOf } from '../images/inspect.ts'
import { pullImage } from '../images/pull.ts'
import { readContext } from './context.ts'
import type { Instruction } from './dockerfile.ts'
import { BuildProblem } from './problem.ts'
import { keyOf } from './digest.ts'
import { builtStage, type Stage, type StepOutcome, type Surroundings } from './stage.ts'
import { stageNamed, type DockerfilePlan, type StagePlan } from './stages.ts'
import { Step } from './steps.ts'
import type { Variables } from './words.ts'

/** What a build is given. */
export interface BuildRunParts {
  readonly engine: FakeEngine
  readonly spec: BuildSpec
  readonly source: BuildSource
  readonly plan: DockerfilePlan
  readonly secrets: ReadonlyMap<string, Uint8Array>
  readonly onEvent: (event: BuildEvent) => void
  readonly signal: AbortSignal | undefined
}

/** One build while it goes on: stages and the context are made when they are first asked for, and once. */
export class BuildRun implements Surroundings {
  readonly engine: FakeEngine
  readonly spec: BuildSpec
  readonly secrets: ReadonlyMap<string, Uint8Array>
  readonly globals: Variables
  readonly signal: AbortSignal | undefined
  readonly #parts: BuildRunParts
  readonly #stages = new Map<StagePlan, Promise<Stage>>()
  #context: Promise<FileTree> | undefined
  #steps = 0

  constructor(parts: BuildRunParts) {
    this.engine = parts.engine
    this.spec = parts.spec
    this.secrets = parts.secrets
    this.globals = parts.plan.globals
    this.signal = parts.signal
    this.#parts = parts
  }

  /** Does a step and tells of it; its problem is the failure of the build. */
  async step<T>(name: string, work: (step: Step) => Promise<StepOutcome<T>>): Promise<T> {
    const step = new Step(String((this.#steps += 1)), name, this.#parts.onEvent)
    try {
      const { answer, cached } = await work(step)
      step.completed(cached)
      return answer
    } catch (error) {
      throw error instanceof BuildProblem ? step.failed(error) : error
    }
  }

  knownStep(key: string): BuiltStep | undefined {
    return this.spec.noCache === true ? undefined : this.engine.steps.get(key)
  }

  cache(id: string): FileTree {
    const files = this.engine.caches.get(id) ?? new Map()
    this.engine.caches.set(id, files)
    return files
  }

  context(): Promise<FileTree> {
    this.#context ??= this.step('load the build context', async (step) => {
      const { files, readBytes } = await readContext(this.engine, this.#parts.source, this.signal)
      step.transferred(readBytes)
      return { answer: files, cached: false }
    })
    return this.#context
  }

  stage(plan: StagePlan): Promise<Stage> {
    const built = this.#stages.get(plan) ?? this.#begun(plan).then((begun) => builtStage(this, plan, begun))
    this.#stages.set(plan, built)
    return built
  }

  /** The files of an earlier stage or an image. */
  async filesOf(instruction: Instruction, name: string): Promise<FileTree> {
    const { stages } = this.#parts.plan
    const own = stages.findIndex(({ instructions }) => instructions.includes(instruction))
    const plan = stageNamed(stages.slice(0, own), name)
    if (plan === undefined) return imageFiles((await this.#image(name, this.spec.platform)).spec)
    return (await this.stage(plan)).files
  }

  async #begun(plan: StagePlan): Promise<Stage> {
    const earlier = stageNamed(this.#parts.plan.stages.slice(0, plan.index), plan.base)
    if (earlier !== undefined) {
      const { declared: _itsOwn, ...stage } = await this.stage(earlier)
      return { ...stage, declared: {}, hasCommand: false }
    }
    const platform = plan.platform ?? this.spec.platform
    const fresh = { declared: {}, hasCommand: false, isCached: true, history: [] }
    if (plan.base === 'scratch') {
      const image = { ...(platform !== undefined && { platform }) }
      return { ...fresh, image, files: new Map(), key: keyOf('scratch', [platform ?? '']) }
    }
    const total = plan.instructions.length + 1
    return this.step(`[${plan.name ?? plan.index} 1/${total}] FROM ${plan.base}`, async () => {
      const { id, spec } = await this.#image(plan.base, platform)
      const { tree: _tree, files: _files, builtFrom: _builtFrom, history = [], ...image } = spec
      const stage = { ...fresh, image, history, files: imageFiles(spec), key: id }
      return { answer: stage, cached: true }
    })
  }

  /** The engine's own, else one that is pulled. */
  async #image(reference: string, platform: string | undefined): Promise<ImageRecord> {
    const found = this.engine.findImage(reference)
    if (found !== undefined && this.spec.pull !== true && [undefined, platformOf(found)].includes(platform))
      return found
    const credentials = this.spec.credentials?.[parseImageReference(reference)?.registry ?? 'docker.io']
    try {
      const { id } = await pullImage(this.engine, reference, {
        ...(platform !== undefined && { platform }),
        ...(credentials && { credentials }),
        ...(this.signal && { signal: this.signal }),
      })
      return needImage(this.engine, 'buildImage', id)
    } catch (error) {
      const codes: readonly RuntimeErrorCode[] = ['IMAGE_NOT_FOUND', 'UNAUTHORIZED']
      throw codes.some((code) => RuntimeError.is(error, code)) && error instanceof Error
        ? new BuildProblem(error.message.replace(/\.$/, ''))
        : error
    }
  }
}
