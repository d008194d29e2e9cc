import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { RuntimeError, type BuildEvent, type BuildSpec, type Runtime } from '@moorage/runtime-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { EngineUnderTest } from './engine-under-test.ts'

/** How long any build of the tests may take. */
export const buildDeadlineMs = 120_000

/** What the tests of builds have in common; what they have built is removed in the end. */
export interface Builder {
  readonly runtime: () => Runtime
  /** A folder of the test's own. */
  readonly folder: () => string
  /** A Dockerfile on the image of the tests. */
  readonly from: (...lines: readonly string[]) => string
  readonly build: (spec: BuildSpec, onEvent?: (event: BuildEvent) => void) => Promise<string>
  readonly failureOf: (spec: BuildSpec) => Promise<RuntimeError<'BUILD_FAILED'>>
}

export function useBuilder({ open, image }: EngineUnderTest): Builder {
  let runtime: Runtime
  let folder: string
  const made = new Set<string>()
  beforeAll(async () => {
    runtime = await open()
  })
  beforeEach(async () => {
    folder = await mkdtemp(`${tmpdir()}/moorage-build-`)
  })
  afterEach(() => rm(folder, { recursive: true }))
  afterAll(async () => {
    for (const id of made) await runtime.removeImage(id, { force: true }).catch(() => undefined)
    await runtime.close()
  })
  const build: Builder['build'] = async (spec, onEvent) => {
    const { id } = await runtime.buildImage(spec, onEvent && { onEvent })
    made.add(id)
    return id
  }
  return {
    runtime: () => runtime,
    folder: () => folder,
    from: (...lines) => [`FROM ${image}`, ...lines, ''].join('\n'),
    build,
    async failureOf(spec) {
      const error: unknown = await build(spec).catch((reason: unknown) => reason)
      if (!RuntimeError.is(error, 'BUILD_FAILED')) throw error
      return error
    },
  }
}
