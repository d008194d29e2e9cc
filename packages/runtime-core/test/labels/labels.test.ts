import { describe, expect, test } from 'vitest'
import { isOwnLabel, matchesLabels, missingLabels, operationLabel, runtimeLabel } from '@moorage/runtime-core'

describe('matchesLabels', () => {
  const labels = { a: '1', empty: '' }

  test.each([
    [{}, true],
    [{ labels: {} }, true],
    [{ labels: { a: '1' } }, true],
    [{ labels: { a: '2' } }, false],
    [{ labels: { a: '' } }, false],
    [{ labels: { empty: '' } }, true],
    [{ labels: { b: '' } }, false],
    [{ labelKeys: ['a', 'empty'] }, true],
    [{ labelKeys: ['a', 'b'] }, false],
    [{ labels: { a: '1' }, labelKeys: ['b'] }, false],
    [{ labelKeys: ['toString'] }, false],
    [{ labelKeys: ['__proto__'] }, false],
  ])('%j is %s', (wanted, expected) => {
    expect(matchesLabels(labels, wanted)).toBe(expected)
  })
})

describe('missingLabels', () => {
  test('tells what is not there and what is different, and nothing of what is there besides', () => {
    expect(missingLabels({ a: '1', b: '2', c: '3' }, { a: '1', b: 'x', d: '4' })).toEqual(['label b', 'label d'])
  })

  test('does not ask for the labels that a runtime adds', () => {
    expect(missingLabels({}, { [operationLabel]: 'x', [runtimeLabel]: 'y' })).toEqual([])
  })

  test('is not taken in by what every object has', () => {
    expect(missingLabels({}, { toString: 'x' })).toEqual(['label toString'])
  })
})

test('isOwnLabel', () => {
  expect([operationLabel, runtimeLabel, 'mine'].map(isOwnLabel)).toEqual([true, true, false])
})
