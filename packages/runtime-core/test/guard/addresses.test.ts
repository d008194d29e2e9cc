import { isIPv4, isIPv6 } from 'node:net'
import { describe, expect, it } from 'vitest'
import * as addresses from '../../src/guard/addresses.ts'
import type { Check } from '../../src/guard/checks.ts'

/** A linear congruential generator of a fixed seed: the same texts in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const parts = [
  ...['::', ':', ':', ':', ':', '.', '0', '1', 'ff', 'FE80', '12345', '256', '01', '0000', 'g', ' '],
  ...['1.2.3.4', '1.2.3', '127.0.0.1', '1.2.3.256', '1:2', '1:2:3:4', '1:2:3:4:5:6', '[', ']', '/8'],
]

function texts(count: number): readonly string[] {
  const random = generator(20_240_229)
  const one = (): string => Array.from({ length: 1 + random(9) }, () => parts[random(parts.length)]).join('')
  const groups = (): string =>
    Array.from({ length: 5 + random(5) }, () => ['1', 'ff', '0', '', '1.2.3.4'][random(random(2) === 0 ? 3 : 5)]).join(
      ':',
    )
  return Array.from({ length: count }, (_, index) => (index % 2 === 0 ? one() : groups()))
}

const holds = (check: Check, value: unknown): boolean => {
  try {
    check('createContainer', 'field', value)
    return true
  } catch {
    return false
  }
}

describe('addresses', () => {
  it('are those of node:net, but for zones', () => {
    const all = [...texts(6000), '1.2.3.4::', '1.2.3.4::5', '::1.2.3.4', '1:2:3:4:5:6:7::', '1:2:3:4:5:6:1.2.3.4', '::']
    const valid = all.filter((text) => isIPv4(text) || isIPv6(text))
    expect(valid.length).toBeGreaterThan(100)
    expect(all.filter((text) => holds(addresses.ipAddress, text))).toEqual(valid)
    expect(all.filter((text) => holds(addresses.ipv4Address, text))).toEqual(all.filter((text) => isIPv4(text)))
    expect(all.filter((text) => holds(addresses.ipv6Address, text))).toEqual(all.filter((text) => isIPv6(text)))
  })

  it('have a zone as servers of DNS, and only with a link-local address', () => {
    expect(['fe80::1%eth0', '10.0.0.1', '::1'].filter((text) => holds(addresses.dnsServer, text))).toHaveLength(3)
    const bad = ['::1%lo', 'fe80::1%', 'fe80::1%a b', 'fe80::1%eth0\n', '10.0.0.1%eth0', 'fe80:1%eth0', undefined, 5]
    expect(bad.filter((text) => holds(addresses.dnsServer, text))).toEqual([])
    expect(holds(addresses.hostAddress, 'fe80::1%eth0')).toBe(false)
  })
})
