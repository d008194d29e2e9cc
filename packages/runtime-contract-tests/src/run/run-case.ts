import type { Runtime } from '@moorage/runtime-core'
import type { ContractCase, Prerequisite } from '../cases/case.ts'
import type { Programs } from '../programs/programs.ts'
import { Cleanup } from '../world/cleanup.ts'
import { deadlines } from '../world/eventually.ts'
import { caseLabel, namePrefix, ownerLabel, runLabel } from '../world/labels.ts'
import { adoptVolume, type Guard } from '../world/guard.ts'
import { guardRuntime } from '../world/guarded-runtime.ts'
import { foreignText, removeLeftovers } from '../world/leftovers.ts'
import { thisOwner } from '../world/owner.ts'
import type { Strangers } from '../world/strangers.ts'
import { World, type Registries } from '../world/world.ts'
import type { CaseResult, Verdict } from './verdict.ts'

/** What the cases run against. */
export interface CaseEnvironment {
  /** Opens a runtime; every one is on the same engine. */
  readonly open: () => Promise<Runtime>
  readonly programs: Programs
  readonly registries?: Registries
  /** Whether what the backend needs for its compose methods is installed here. Default false. */
  readonly compose?: boolean
  /** Stretches every deadline. Default 1. */
  readonly timeScale?: number
  /**
   * Whether prunes may be called while idle resources of others are on the engine: an adapter that ignores the labels removes
   * those. Default false: such cases are then `not-testable`.
   */
  readonly mayPrune?: boolean
  /** Tells this run's resources from all others. */
  readonly runId: string
}

class TooLate extends Error {}

/**
 * Runs one case in a world of its own, and removes what it made: only resources that an inspection shows to carry the labels of
 * the case. The strangers that stand by are checked after it, if it removed or changed anything.
 */
export async function runCase(
  contractCase: ContractCase,
  environment: CaseEnvironment,
  strangers?: Strangers,
): Promise<CaseResult> {
  const started = performance.now()
  const result = (verdict: Verdict, reason?: string, timedOut = false): CaseResult => ({
    id: contractCase.id,
    clauses: contractCase.clauses,
    verdict,
    ...(reason !== undefined && { reason }),
    timedOut,
    durationMs: performance.now() - started,
    latencies: opened.latencies,
  })
  const opened: { latencies: CaseResult['latencies'] } = { latencies: [] }
  let runtime: Runtime
  try {
    runtime = await environment.open()
  } catch (error) {
    return result('error', `the runtime could not be opened: ${textOf(error)}`)
  }
  const reason = whyNot(contractCase, runtime, environment)
  if (reason !== undefined) {
    try {
      await runtime.close()
    } catch (error) {
      return result('error', `the runtime could not be closed: ${textOf(error)}`)
    }
    return result(reason.verdict, reason.text)
  }
  let keeper: Runtime
  try {
    keeper = await environment.open()
  } catch (error) {
    await runtime.close().catch(() => undefined)
    return result('error', `another runtime could not be opened: ${textOf(error)}`)
  }
  const cleanup = new Cleanup()
  const timeScale = environment.timeScale ?? 1
  const labels = { [runLabel]: environment.runId, [ownerLabel]: thisOwner, [caseLabel]: contractCase.id }
  const prefix = `${namePrefix}${environment.runId}-${Math.random().toString(36).slice(2, 8)}`
  const guard = guardOf(keeper, environment, labels, prefix, strangers)
  const world = new World({
    runtime: guardRuntime(runtime, guard),
    programs: environment.programs,
    registries: environment.registries ?? {},
    open: async () => guardRuntime(await environment.open(), guard),
    adoptVolume: (container, name) => adoptVolume(guard, container, name),
    cleanup,
    labels,
    prefix,
    timeScale,
  })
  opened.latencies = world.latencies
  let failure: unknown
  try {
    await inTime('the case', deadlines.case * timeScale, contractCase.run(world))
  } catch (error) {
    failure = error
  }
  const undoing = inTime('undoing the case', deadlines.cleanup * timeScale, undo(world, cleanup, guard))
  const problems = [...(await undoing.catch((error: unknown) => [textOf(error)]))]
  if (guard.hasTouched) problems.push(...(await harmOf(strangers, keeper, contractCase.id)))
  await keeper.close().catch((error: unknown) => problems.push(`another runtime could not be closed: ${textOf(error)}`))
  // The case may have taken the refusal for an answer of the runtime.
  if (guard.notTestable !== undefined && problems.length === 0) return result('not-testable', guard.notTestable)
  if (failure !== undefined) problems.unshift(textOf(failure))
  return problems.length === 0 ? result('pass') : result('fail', problems.join('\n'), failure instanceof TooLate)
}

function guardOf(
  keeper: Runtime,
  { registries = {}, mayPrune = false }: CaseEnvironment,
  labels: Readonly<Record<string, string>>,
  prefix: string,
  strangers: Strangers | undefined,
): Guard {
  const created = new Set<string>()
  const given = [registries.open, registries.missing, registries.private?.reference, registries.stalling]
  const repositories = given.flatMap((reference) =>
    reference === undefined ? [] : [reference.slice(0, reference.lastIndexOf(':'))],
  )
  return {
    keeper,
    marks: {
      labels,
      isOwnName: (name) => name.includes(prefix.toLowerCase()) || name.includes(prefix),
      hasCreated: (id) => created.has(id),
    },
    isGivenReference: (reference) =>
      given.includes(reference) || repositories.some((repository) => reference.startsWith(`${repository}@`)),
    mayPrune,
    ...(strangers !== undefined && { strangerMark: strangers.mark }),
    created,
    proven: new Set(),
    listed: new Set(),
    adopted: new Set(),
    hasTouched: false,
  }
}

/** Undoes what the case made, closes its runtime, and removes the leftovers through another one. */
async function undo(world: World, cleanup: Cleanup, guard: Guard): Promise<readonly string[]> {
  // A case may have closed its own runtime: what it made is then the keeper's to remove.
  const errors = (await cleanup.run()).filter((error) => !isClosed(error))
  await world.runtime.close()
  const signal = AbortSignal.timeout(deadlines.cleanup)
  const { removed, foreign } = await removeLeftovers(guard.keeper, guard.marks, signal)
  if (removed.length > 0) guard.hasTouched = true
  const charged = errors.length > 0 || world.isLeftToSuite ? [] : removed.map((what) => `left behind: ${what}`)
  return [...errors.map(textOf), ...charged, ...foreignText(foreign)]
}

async function harmOf(strangers: Strangers | undefined, keeper: Runtime, id: string): Promise<readonly string[]> {
  try {
    return (await strangers?.check(keeper, id)) ?? []
  } catch (error) {
    return [`the strangers could not be inspected: ${textOf(error)}`]
  }
}

function isClosed(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'RUNTIME_CLOSED'
}

/** Why a case does not run. */
function whyNot(
  { needs = [], lacks, prerequisites = [] }: ContractCase,
  { capabilities }: Runtime,
  environment: CaseEnvironment,
): { readonly verdict: Verdict; readonly text: string } | undefined {
  const unclaimed = needs.find((name) => !capabilities[name])
  if (unclaimed !== undefined) {
    return { verdict: 'not-applicable', text: `\`${unclaimed}\` is not claimed; that it is refused is shown instead` }
  }
  if (lacks !== undefined && capabilities[lacks]) {
    return { verdict: 'not-applicable', text: `\`${lacks}\` is claimed; that it works is shown instead` }
  }
  const missing = prerequisites.find((name) => !has(environment, name))
  return missing === undefined ? undefined : { verdict: 'not-testable', text: `there is no ${missing} here` }
}

function has({ programs, registries = {}, compose = false }: CaseEnvironment, prerequisite: Prerequisite): boolean {
  switch (prerequisite) {
    case 'registry':
      return registries.open !== undefined && registries.missing !== undefined
    case 'private-registry':
      return registries.private !== undefined
    case 'stalling-registry':
      return registries.stalling !== undefined
    case 'checked-image':
      return programs.checkedImage !== undefined
    case 'compose-command':
      return compose
  }
}

async function inTime<T>(what: string, timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLate(`${what} has not ended within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** What went wrong, for a person: an assertion's message, an error's code. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : ''
  return `${code}${error.message}`
}
