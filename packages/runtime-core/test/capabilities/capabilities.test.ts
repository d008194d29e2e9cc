import { expect, test } from 'vitest'
import { capabilityKinds, defineCapabilities } from '@moorage/runtime-core'

test('defineCapabilities claims nothing but what is claimed', () => {
  const capabilities = defineCapabilities({ build: true, healthchecks: true })
  const claimed = Object.entries(capabilities).filter(([, value]) => value)
  expect(claimed.map(([name]) => name)).toEqual(['build', 'healthchecks'])
  expect(Object.isFrozen(capabilities)).toBe(true)
})

test('every capability has a kind, and every kind a capability', () => {
  expect(Object.keys(defineCapabilities({})).toSorted()).toEqual(Object.keys(capabilityKinds).toSorted())
  expect(new Set(Object.values(capabilityKinds))).toEqual(new Set(['gate', 'trait']))
  expect(Object.isFrozen(capabilityKinds)).toBe(true)
})

test('capabilities survive JSON', () => {
  const capabilities = defineCapabilities({ compose: true })
  expect(JSON.parse(JSON.stringify(capabilities))).toEqual(capabilities)
})

test('an undefined claim is not a claim', () => {
  expect(defineCapabilities(Object.fromEntries([['pause', undefined]])).pause).toBe(false)
})
