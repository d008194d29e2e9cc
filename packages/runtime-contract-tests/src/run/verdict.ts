import type { AbortLatency } from '../world/latency.ts'

/**
 * How a case ended: `not-applicable` when the backend does not claim what the case is about, `not-testable` when a
 * prerequisite is missing, `error` when the suite itself broke.
 */
export type Verdict = 'pass' | 'fail' | 'not-applicable' | 'not-testable' | 'error'

export interface CaseResult {
  readonly id: string
  readonly clauses: readonly string[]
  readonly verdict: Verdict
  /** Why, unless it passed. */
  readonly reason?: string
  /** It failed by not ending in time. */
  readonly timedOut: boolean
  readonly durationMs: number
  /** Of the aborts in this case. */
  readonly latencies: readonly AbortLatency[]
}
