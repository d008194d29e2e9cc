import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { cases } from './cases/index.ts'
import { runCase } from './run/run-case.ts'
import { caseEnvironment, cleanUpBefore, type ContractOptions } from './run/run-contract.ts'

/** Declares one `node:test` test per case; otherwise as the binding for vitest. */
export function describeRuntimeContract(options: ContractOptions): void {
  const { name, baseline = [], strict = false, only = () => true } = options
  const environment = caseEnvironment(options)
  describe(`contract: ${name}`, () => {
    before(() => cleanUpBefore(options))
    for (const contractCase of cases.filter(only)) {
      it(contractCase.id, async (context) => {
        const result = await runCase(contractCase, environment)
        options.onResult?.(result)
        const { verdict, reason = '' } = result
        const known = baseline.find((entry) => entry.case === contractCase.id)
        if (known !== undefined) {
          assert.equal(verdict, 'fail', 'the baseline knows this as a failure')
          context.skip(`known: ${known.reason}`)
        } else if (verdict === 'not-applicable' || (verdict === 'not-testable' && !strict)) {
          context.skip(`${verdict}: ${reason}`)
        } else {
          assert.equal(verdict, 'pass', `${contractCase.clauses.join(', ')}: ${reason}`)
        }
      })
    }
  })
}
