import { RuntimeError, type OnCleanupFailure, type Runtime } from '@moorage/runtime-core'
import { describe, it } from 'vitest'
import { checkedImage } from '../fixture/checked-image.ts'
import { fixtureImage } from '../fixture/image.ts'

/** The engine that a test file runs on. */
export interface EngineUnderTest {
  /** A new runtime on the engine, or on what stands before it. */
  readonly open: (options?: OpenOptions) => Promise<Runtime>
  /** A reference of a busybox image that the engine has. */
  readonly image: string
  /** The same with a healthcheck of its own, where it could be made. */
  readonly checkedImage: string | undefined
}

export interface OpenOptions {
  readonly host?: string
  readonly onCleanupFailure?: OnCleanupFailure
}

export interface EngineUnderTestOptions {
  readonly name: 'docker' | 'podman' | 'podman-rootless'
  /** Not at its usual place: another one would be found there. Default false. */
  readonly onlyNamed?: boolean
  readonly open: (options: OpenOptions & { readonly signal: AbortSignal }) => Promise<Runtime>
}

/** Nothing that is asked for here takes an engine that is well as long. */
const deadlineMs = 60_000

/**
 * Runs a suite on a real engine: the one that `MOORAGE_TEST_DOCKER_HOST` or another of these variables names, else the
 * one at its usual place. One that is not there is skipped with a line that says so, or is a failure where
 * `MOORAGE_REQUIRE` names it.
 */
export async function describeOnEngine(
  { name, open, onlyNamed = false }: EngineUnderTestOptions,
  suite: (engine: EngineUnderTest) => void,
): Promise<void> {
  const variable = `MOORAGE_TEST_${name.toUpperCase().replaceAll('-', '_')}_HOST`
  const host = process.env[variable]
  const openHere = (options: OpenOptions = {}): Promise<Runtime> =>
    open({ signal: AbortSignal.timeout(deadlineMs), ...(host !== undefined && host !== '' && { host }), ...options })
  const isUnnamed = onlyNamed && (host === undefined || host === '')
  const found = isUnnamed ? `${variable} does not name one.` : await find(openHere)
  if (typeof found !== 'string') {
    describe(`on ${name}`, () => suite({ open: openHere, ...found }))
    return
  }
  if (isRequired(name)) {
    describe(`on ${name}`, () => {
      it('is there, as MOORAGE_REQUIRE says', () => {
        throw new Error(`MOORAGE_REQUIRE names ${name}, and it does not answer. ${found}`)
      })
    })
    return
  }
  process.stderr.write(`skipped: no ${name} to test on. ${found}\n`)
  describe(`on ${name}`, () => {
    it.todo(`${name} is not there`)
  })
}

/** Whether `MOORAGE_REQUIRE` names the engine. */
export function isRequired(name: string): boolean {
  return (process.env['MOORAGE_REQUIRE'] ?? '').split(',').some((entry) => entry.trim() === name)
}

/** The engine's images, or why there is no engine. */
async function find(open: () => Promise<Runtime>): Promise<Omit<EngineUnderTest, 'open'> | string> {
  let runtime: Runtime
  try {
    runtime = await open()
  } catch (error) {
    if (RuntimeError.is(error, 'ENGINE_UNAVAILABLE')) return error.message
    throw error
  }
  try {
    const signal = AbortSignal.timeout(deadlineMs)
    const { reference } = await fixtureImage(runtime, { environment: process.env, signal })
    return { image: reference, checkedImage: await checkedImage(runtime, reference, { signal }) }
  } finally {
    await runtime.close()
  }
}
