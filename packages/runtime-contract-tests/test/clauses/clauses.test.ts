import { areas, cases, clauses, type Clause } from '@moorage/runtime-contract-tests'
import { expect, it } from 'vitest'

it('every clause has a case, or says why it has none', () => {
  const proven = new Set<string>(cases.flatMap(({ clauses: cited }) => cited))
  const unproven = Object.entries<Clause>(clauses)
    .filter(([id, { untested }]) => !proven.has(id) && untested === undefined)
    .map(([id]) => id)
  expect(unproven).toEqual([])
})

it('a clause that is untested has no case', () => {
  const cited = new Set<string>(cases.flatMap((contractCase) => contractCase.clauses))
  const both = Object.entries<Clause>(clauses).filter(([id, { untested }]) => untested !== undefined && cited.has(id))
  expect(both).toEqual([])
})

it('no id is used twice, neither of a clause nor of a case', () => {
  const ids = Object.values(areas).flatMap((area) => Object.keys(area))
  expect(new Set(ids).size).toBe(ids.length)
  const names = cases.map(({ id }) => id)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

it('clauses are sentences', () => {
  const others = Object.entries<Clause>(clauses).filter(([, { text }]) => !/[.]$/.test(text))
  expect(others.map(([id]) => id)).toEqual([])
})
