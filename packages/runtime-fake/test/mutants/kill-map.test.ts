import { cases, runCase } from '@moorage/runtime-contract-tests'
import { describe, expect, it } from 'vitest'
import { fakeEnvironment } from '../contract/environment.ts'
import { mutants } from './index.ts'

/** A mutant may make a case wait for what never comes; the fake itself answers at once. */
const timeScale = 0.05
const deadlineMs = 60_000

describe('every mutant', () => {
  it.each(mutants)('$name', { timeout: deadlineMs }, async ({ breaks, mutate, capabilities }) => {
    for (const id of breaks) {
      const contractCase = cases.find((candidate) => candidate.id === id)
      if (contractCase === undefined) return expect.fail(`there is no case ${id}`)
      const compose = contractCase.needs?.includes('compose') === true
      const environment = fakeEnvironment({ wrap: mutate, compose, ...(capabilities && { capabilities }) })
      const { verdict, timedOut, reason } = await runCase(contractCase, { ...environment, timeScale })
      expect({ id, verdict, timedOut, reason }).toMatchObject({ verdict: 'fail', timedOut: false })
    }
  })
})

it('every case is failed by a mutant', () => {
  const killed = new Set(mutants.flatMap(({ breaks }) => breaks))
  expect(cases.filter(({ id }) => !killed.has(id)).map(({ id }) => id)).toEqual([])
})
