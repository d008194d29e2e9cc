import { cases, runCase } from '@moorage/runtime-contract-tests'
import { describe, expect, it } from 'vitest'
import { fakeEnvironment } from './environment.ts'

/** The stub is what mutants of compose are made of: it must pass what they fail. */
describe('the fake with a stub of compose', () => {
  it.each(cases.filter(({ id }) => id.startsWith('compose/')))('$id', async (contractCase) => {
    const { verdict, reason } = await runCase(contractCase, fakeEnvironment({ compose: true }))
    expect({ verdict, reason }).toEqual({ verdict: 'pass', reason: undefined })
  })
})
