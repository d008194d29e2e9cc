import { cases } from '@moorage/runtime-contract-tests'
import { expect, it } from 'vitest'
import { differences } from '../../src/differences/index.ts'

it('every difference names a case of the contract', () => {
  const known = new Set(cases.map(({ id }) => id))
  expect(differences.filter(({ forcedBy }) => !known.has(forcedBy)).map(({ forcedBy }) => forcedBy)).toEqual([])
})

it('every difference is a sentence with the versions that it was seen on', () => {
  for (const { what, seenOn } of differences) {
    expect(what).toMatch(/\.$/)
    expect(seenOn).toMatch(/^\d+\.\d+(?:, \d+\.\d+)*$/)
  }
})
