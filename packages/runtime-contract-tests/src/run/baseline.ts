import type { CaseResult } from './verdict.ts'

/** A case that is known to fail, and why. */
export interface KnownFailure {
  readonly case: string
  readonly reason: string
}

/** What a baseline says of the results. */
export interface BaselineOutcome {
  /** Failures that nobody knew of. */
  readonly unexpected: readonly CaseResult[]
  /** Failures that were known. */
  readonly known: readonly CaseResult[]
  /** Entries whose case does not fail any more, or does not exist. */
  readonly stale: readonly KnownFailure[]
}

export function applyBaseline(results: readonly CaseResult[], baseline: readonly KnownFailure[] = []): BaselineOutcome {
  const failed = results.filter(({ verdict }) => verdict === 'fail')
  const isKnown = ({ id }: CaseResult): boolean => baseline.some((entry) => entry.case === id)
  return {
    unexpected: failed.filter((result) => !isKnown(result)),
    known: failed.filter(isKnown),
    stale: baseline.filter((entry) => !failed.some(({ id }) => id === entry.case)),
  }
}
