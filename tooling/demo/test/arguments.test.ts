import { describe, expect, it } from 'vitest'
import { parseRequest } from '../arguments.ts'

describe('arguments of the demo', () => {
  it.each([
    [[], { kind: 'run', plain: false }],
    [['--backend', 'fake', '--plain'], { kind: 'run', plain: true, backend: 'fake' }],
    [['--', '--backend=podman'], { kind: 'run', plain: false, backend: 'podman' }],
    [['--help', '--backend', 'fake'], { kind: 'help' }],
    [['-h'], { kind: 'help' }],
  ])('%j', (args, request) => {
    expect(parseRequest(args)).toEqual(request)
  })

  it.each([
    [['--backend', 'lxc'], '--backend is one of docker, podman, fake, not "lxc"'],
    [['--backend'], "Option '--backend <value>' argument missing"],
    [['--fast'], "Unknown option '--fast'"],
    [['fake'], "Unexpected argument 'fake'"],
  ])('refuses %j', (args, reason) => {
    expect(parseRequest(args)).toEqual({ kind: 'refused', reason: expect.stringContaining(reason) })
  })
})
