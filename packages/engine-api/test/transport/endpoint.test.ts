import { describe, expect, it } from 'vitest'
import { type Endpoint, formatEndpoint, parseEndpoint } from '../../src/transport/endpoint.ts'
import { TransportError } from '../../src/transport/errors.ts'

function failure(text: string): TransportError {
  try {
    parseEndpoint(text)
  } catch (error) {
    if (error instanceof TransportError) return error
    throw error
  }
  throw new Error(`${text} was accepted`)
}

describe('parseEndpoint', () => {
  const cases: readonly (readonly [string, Endpoint])[] = [
    ['unix:///var/run/docker.sock', { kind: 'unix', path: '/var/run/docker.sock' }],
    [' unix:///run/user/1000/podman/podman.sock\n', { kind: 'unix', path: '/run/user/1000/podman/podman.sock' }],
    ['unix:///with space/a%20b.sock', { kind: 'unix', path: '/with space/a%20b.sock' }],
    ['npipe:////./pipe/docker_engine', { kind: 'npipe', path: '//./pipe/docker_engine' }],
    ['npipe://\\\\.\\pipe\\docker_engine', { kind: 'npipe', path: '\\\\.\\pipe\\docker_engine' }],
    ['tcp://127.0.0.1:4000', { kind: 'tcp', host: '127.0.0.1', port: 4000 }],
    ['tcp://engine.example', { kind: 'tcp', host: 'engine.example', port: 2375 }],
    ['TCP://engine.example/', { kind: 'tcp', host: 'engine.example', port: 2375 }],
    ['http://engine.example:80', { kind: 'tcp', host: 'engine.example', port: 80 }],
    ['tcp://[::1]:2375', { kind: 'tcp', host: '::1', port: 2375 }],
    ['https://engine.example', { kind: 'tcp', host: 'engine.example', port: 2376, tls: { verify: true } }],
    ['https://[fe80::1%eth0]:443', { kind: 'tcp', host: 'fe80::1%eth0', port: 443, tls: { verify: true } }],
  ]

  it.each(cases)('reads %j', (text, endpoint) => {
    expect(parseEndpoint(text)).toEqual(endpoint)
    expect(parseEndpoint(formatEndpoint(endpoint))).toEqual(endpoint)
  })

  it.each([
    '',
    'docker',
    '/var/run/docker.sock',
    'unix://',
    'unix:///',
    'unix://relative/path',
    'npipe://docker',
    'tcp://',
    'tcp://:2375',
  ])('refuses %j as no endpoint', (text) => expect(failure(text).kind).toBe('invalid-endpoint'))

  it.each([
    'tcp://host:0',
    'tcp://host:65536',
    'tcp://host:port',
    'tcp://host:1/prefix',
    'tcp://host:1?x',
    'tcp://::1:2375',
  ])('refuses the address in %j', (text) => expect(failure(text).kind).toBe('invalid-endpoint'))

  it.each([
    ['ssh://host', { host: 'host', port: 22 }],
    ['ssh://skipper@host:2222', { host: 'host', port: 2222, user: 'skipper' }],
    ['ssh://skipper@[::1]:2222/', { host: '::1', port: 2222, user: 'skipper' }],
    [
      'ssh://root@host/run/podman/podman.sock',
      { host: 'host', port: 22, user: 'root', path: '/run/podman/podman.sock' },
    ],
  ])('reads %s', (text, expected) => {
    const endpoint = parseEndpoint(text)
    expect(endpoint).toEqual({ kind: 'ssh', ...expected })
    expect(parseEndpoint(formatEndpoint(endpoint))).toEqual(endpoint)
  })

  it.each(['ssh://', 'ssh://@host', 'ssh://user:secret@host', 'ssh://host:0', 'ssh://host:x', 'ssh:///path'])(
    'refuses %s',
    (text) => {
      expect(failure(text)).toMatchObject({ kind: 'invalid-endpoint' })
      expect(failure(text).message).not.toContain('secret')
    },
  )

  it('keeps passwords out of the error', () => {
    expect(failure('tcp://user:hunter2@host:1').message).not.toContain('hunter2')
    expect(failure('ssh://user:hunter2@host').message).not.toContain('hunter2')
    expect(failure('tcp://user:hun@ter2@host:1').message).not.toMatch(/hun|ter2/)
  })
})

describe('formatEndpoint', () => {
  it('never shows certificates or keys', () => {
    const text = formatEndpoint({
      kind: 'tcp',
      host: '::1',
      port: 1,
      tls: { verify: true, key: 'SECRET', cert: 'CERT' },
    })
    expect(text).toBe('https://[::1]:1')
  })
})
