import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { cases } from './cases/index.ts'
import { runCase } from './run/run-case.ts'
import { caseEnvironment, dismiss, prepare, type ContractOptions } from './run/run-contract.ts'
import type { Strangers } from './world/strangers.ts'

/** Declares one `node:test` test per case; otherwise as the binding for vitest. */
export function describeRuntimeContract(options: ContractOptions): void {
  const { name, baseline = [], strict = false, only = () => true } = options
  const environment = caseEnvironment(options)
  describe(`contract: ${name}`, () => {
    let strangers: Strangers | undefined
    before(async () => {
      strangers = await prepare(environment)
    })
    after(async () => {
      if (strangers !== undefined) assert.deepEqual(await dismiss(strangers, environment), [], 'strangers were harmed')
    })
    for (const contractCase of cases.filter(only)) {
      it(contractCase.id, async (context) => {
        const result = await runCase(contractCase, environment, strangers)
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
