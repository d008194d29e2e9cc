import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cases } from './cases/index.ts'
import { caseEnvironment, dismiss, prepare, report, summaryLine, type ContractOptions } from './run/run-contract.ts'
import { runCase } from './run/run-case.ts'
import type { CaseResult } from './run/verdict.ts'
import { deadlines } from './world/eventually.ts'
import type { Strangers } from './world/strangers.ts'

/**
 * Declares one vitest test per case. A case that does not apply is skipped with its reason, and so is one that cannot be
 * tested, unless `strict` makes that a failure.
 */
export function describeRuntimeContract(options: ContractOptions): void {
  const { name, baseline = [], strict = false, only = () => true, timeScale = 1 } = options
  const environment = caseEnvironment(options)
  const chosen = cases.filter(only)
  const timeout = (deadlines.case + deadlines.cleanup) * timeScale + deadlines.soon
  describe(`contract: ${name}`, () => {
    const results: CaseResult[] = []
    let strangers: Strangers | undefined
    beforeAll(async () => {
      strangers = await prepare(environment)
    }, 2 * deadlines.cleanup)
    for (const contractCase of chosen) {
      it(`${contractCase.id}`, { timeout }, async (context) => {
        const result = await runCase(contractCase, environment, strangers)
        results.push(result)
        options.onResult?.(result)
        const { verdict, reason = '' } = result
        const known = baseline.find((entry) => entry.case === contractCase.id)
        if (known !== undefined && verdict === 'pass')
          expect.fail('the baseline knows this as a failure, and it passes')
        if (known !== undefined && verdict === 'fail') context.skip(`known: ${known.reason}`)
        if (verdict === 'not-applicable' || (verdict === 'not-testable' && !strict))
          context.skip(`${verdict}: ${reason}`)
        if (verdict !== 'pass') expect.fail(`${contractCase.clauses.join(', ')}: ${verdict}: ${reason}`)
      })
    }
    it('ran at least one case, and every entry of the baseline names one', () => {
      expect(results.length).toBeGreaterThan(0)
      const unknown = baseline.filter((entry) => !cases.some(({ id }) => id === entry.case))
      expect(unknown).toEqual([])
    })
    afterAll(async () => {
      const harm = strangers === undefined ? [] : await dismiss(strangers, environment)
      process.stdout.write(`${summaryLine(report(options, results, strangers))}\n`)
      // Also where the test of the case was skipped, because the baseline knows its failure.
      expect(harm).toEqual([])
    }, 2 * deadlines.cleanup)
  })
}
