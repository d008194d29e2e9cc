import { describe, expect, it } from 'vitest'
import { compareVersions, negotiate, newestApiVersion } from '../../src/client/version.ts'

describe('the API version', () => {
  it.each([
    ['1.41', undefined, '1.41'],
    ['1.45', '1.24', '1.45'],
    ['1.99', '1.44', newestApiVersion],
  ])('with an engine up to %s and from %s is %s', (newest, oldest, version) => {
    expect(negotiate(newest, oldest)).toEqual({ version })
  })

  it.each([
    ['1.24', undefined, 'needs at least'],
    ['2.10', '2.1', 'knows'],
  ])('with an engine up to %s and from %s is refused', (newest, oldest, words) => {
    expect(negotiate(newest, oldest)).toMatchObject({ refused: expect.stringContaining(words) })
  })

  it('is compared by numbers', () => {
    expect(compareVersions('1.9', '1.41')).toBeLessThan(0)
    expect(compareVersions('2.0', '1.41')).toBeGreaterThan(0)
    expect(compareVersions('1.41', '1.41')).toBe(0)
  })
})
