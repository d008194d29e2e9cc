import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { algorithmsFor, judge, knownKeys } from '../../src/transport/ssh/known-hosts.ts'

const key = Buffer.from('the key of the host')
const other = Buffer.from('another key')
const words = `ssh-ed25519 ${key.toString('base64')}`

function hashed(name: string): string {
  const salt = Buffer.from('twenty bytes of salt')
  const hash = createHmac('sha1', salt).update(name).digest('base64')
  return `|1|${salt.toString('base64')}|${hash}`
}

describe('known_hosts', () => {
  it.each([
    [`host ${words}`, 22],
    [`HOST ${words}`, 22],
    [`other,host ${words} a comment`, 22],
    [`h?st ${words}`, 22],
    [`*ost ${words}`, 22],
    [`* ${words}`, 22],
    [`[host]:2222 ${words}`, 2222],
    [`${hashed('host')} ${words}`, 22],
    [`${hashed('[host]:2222')} ${words}`, 2222],
    [`# a comment\n\n  host\t${words}\r\n`, 22],
  ])('%s knows the host at port %i', (line, port) => {
    expect(judge(knownKeys([line], 'host', port), key)).toBe('known')
    expect(judge(knownKeys([line], 'host', port), other)).toBe('changed')
  })

  it.each([
    [`hosts ${words}`, 22],
    [`xhost ${words}`, 22],
    [`h.st ${words}`, 22],
    [`*,!host ${words}`, 22],
    [`host ${words}`, 2222],
    [`[host]:2222 ${words}`, 22],
    [`${hashed('other')} ${words}`, 22],
    [`#host ${words}`, 22],
    [`@cert-authority host ${words}`, 22],
    ['host ssh-ed25519', 22],
    ['', 22],
  ])('%s does not know the host at port %i', (line, port) => {
    expect(judge(knownKeys([line], 'host', port), key)).toBe('unknown')
  })

  it('refuses a revoked key, also where it is known besides', () => {
    const known = knownKeys([`host ${words}`, `@revoked * ${words}`], 'host', 22)
    expect(judge(known, key)).toBe('revoked')
  })

  it('asks for the kinds of keys that are known', () => {
    const lines = `host ${words}\nhost ssh-rsa AAAA\n@revoked host ssh-dss AAAA`
    expect(algorithmsFor(knownKeys([lines], 'host', 22))).toEqual(['ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256'])
    expect(algorithmsFor(knownKeys([lines], 'nobody', 22))).toEqual([])
  })
})
