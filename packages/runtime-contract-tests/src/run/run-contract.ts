import { cases as allCases } from '../cases/index.ts'
import type { ContractCase } from '../cases/case.ts'
import { clauses, type ClauseId } from '../clauses/index.ts'
import { applyBaseline, type BaselineOutcome, type KnownFailure } from './baseline.ts'
import { runCase, type CaseEnvironment } from './run-case.ts'
import { deadlines } from '../world/eventually.ts'
import { removeDeadRuns, thisOwner } from '../world/owner.ts'
import { Strangers } from '../world/strangers.ts'
import type { CaseResult, Verdict } from './verdict.ts'

export interface ContractOptions extends Omit<CaseEnvironment, 'runId'> {
  /** What is tested, such as `docker 26.1`. */
  readonly name: string
  /** Known failures, each with its reason; an entry whose case passes is a failure itself. */
  readonly baseline?: readonly KnownFailure[]
  /** A missing prerequisite is a failure. Default false. */
  readonly strict?: boolean
  /** Only cases for which this answers true. Default all. */
  readonly only?: (contractCase: ContractCase) => boolean
  /** Called after every case. If it throws, the run goes on and is red. */
  readonly onResult?: (result: CaseResult) => void
}

export interface ContractReport extends BaselineOutcome {
  readonly name: string
  readonly results: readonly CaseResult[]
  readonly counts: Readonly<Record<Verdict, number>>
  /** Every case was run or does not apply: nothing was left out with `only`. */
  readonly complete: boolean
  /**
   * What was done to the strangers that stood by: resources of each kind that are not of any case. Each entry begins with the case
   * after which it was noticed. A run with an entry is neither green nor conformant, whatever the baseline knows.
   */
  readonly harm: readonly string[]
  /** The strangers that could not be made, and why: nothing shows that the adapter leaves such resources alone. */
  readonly unmade: readonly string[]
  /**
   * What failed outside of the cases: resources of killed runs or strangers that could not be removed, and errors that `onResult`
   * threw. A run with an entry is neither green nor conformant.
   */
  readonly problems: readonly string[]
  /** It is complete, no MUST failed, known or not, all strangers stood by unharmed, and the suite itself did not break. */
  readonly conforms: boolean
  /**
   * The run is green: nothing failed that was not known, no stranger was harmed, no entry is stale, nothing failed outside of the
   * cases, and at least one case ran.
   */
  readonly ok: boolean
}

/** Runs the contract, case after case, without a test runner. */
export async function runContract(options: ContractOptions): Promise<ContractReport> {
  const { only = () => true, onResult } = options
  const environment = caseEnvironment(options)
  const strangers = await prepare(environment)
  const results: CaseResult[] = []
  try {
    for (const contractCase of allCases.filter(only)) {
      const result = await runCase(contractCase, environment, strangers)
      results.push(result)
      try {
        onResult?.(result)
      } catch (error) {
        strangers.problems.push(`onResult threw after ${result.id}: ${textOf(error)}`)
      }
    }
  } finally {
    await dismiss(strangers, environment)
  }
  return report(options, results, strangers)
}

/** Removes what killed runs of this machine have left, and makes the strangers that stand by in this run. */
export async function prepare({ open, programs, runId }: CaseEnvironment): Promise<Strangers> {
  const runtime = await open()
  const problems: string[] = []
  await removeDeadRuns(runtime, AbortSignal.timeout(deadlines.cleanup)).catch((error: unknown) =>
    problems.push(`what killed runs have left could not be removed: ${textOf(error)}`),
  )
  const strangers = await Strangers.post(runtime, programs, runId, thisOwner)
  strangers.problems.push(...problems)
  await runtime
    .close()
    .catch((error: unknown) => strangers.problems.push(`a runtime could not be closed: ${textOf(error)}`))
  return strangers
}

/** Removes the strangers. Returns what was done to them in the whole run, and what failed outside of the cases; does not reject. */
export async function dismiss(strangers: Strangers, { open }: CaseEnvironment): Promise<readonly string[]> {
  try {
    const runtime = await open()
    try {
      await strangers.dismiss(runtime)
    } finally {
      await runtime.close()
    }
  } catch (error) {
    strangers.problems.push(`the strangers may be left: ${textOf(error)}`)
  }
  return [...strangers.harm, ...strangers.problems]
}

/** What every case of one run shares. */
export function caseEnvironment(options: ContractOptions): CaseEnvironment {
  const { open, programs, registries, compose, timeScale, mayPrune } = options
  return {
    open,
    programs,
    runId: crypto.randomUUID().slice(0, 8),
    ...(registries && { registries }),
    ...(compose !== undefined && { compose }),
    ...(timeScale !== undefined && { timeScale }),
    ...(mayPrune !== undefined && { mayPrune }),
  }
}

export function report(
  { name, baseline, strict = false }: Pick<ContractOptions, 'name' | 'baseline' | 'strict'>,
  results: readonly CaseResult[],
  { harm, unmade, problems }: Pick<Strangers, 'harm' | 'unmade' | 'problems'> = { harm: [], unmade: [], problems: [] },
): ContractReport {
  const outcome = applyBaseline(results, baseline)
  const counts = { pass: 0, fail: 0, 'not-applicable': 0, 'not-testable': 0, error: 0 }
  for (const { verdict } of results) counts[verdict] += 1
  const brokenMust = [...outcome.unexpected, ...outcome.known].some((result) =>
    result.clauses.some((id) => clauses[id as ClauseId].level === 'MUST'),
  )
  const isWhole = counts.error === 0 && counts.pass > 0
  const complete = results.length === allCases.length
  return {
    name,
    results,
    counts,
    ...outcome,
    complete,
    harm,
    unmade,
    problems,
    conforms: complete && isWhole && problems.length === 0 && !brokenMust && harm.length === 0 && unmade.length === 0,
    ok:
      isWhole &&
      problems.length === 0 &&
      harm.length === 0 &&
      outcome.unexpected.length === 0 &&
      outcome.stale.length === 0 &&
      !(strict && counts['not-testable'] > 0),
  }
}

/** One line for a person. */
export function summaryLine(report: ContractReport): string {
  const { name, counts, complete, conforms, harm, unmade, problems } = report
  const rest = (['not-applicable', 'not-testable', 'error'] as const)
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => `, ${counts[verdict]} ${verdict}`)
  const whole = conforms ? 'conformant' : 'not conformant'
  const judgement = complete ? whole : 'only a part of the contract was run'
  const outside = [
    [harm, 'strangers harmed'],
    [unmade, 'strangers not created'],
    [problems, 'problems outside of the cases'],
  ] as const
  const others = outside.filter(([found]) => found.length > 0).map(([found, what]) => `, ${found.length} ${what}`)
  return `${name}: ${counts.pass} passed, ${counts.fail} failed${[...rest, ...others].join('')}: ${judgement}`
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
