import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Endpoint, TlsOptions } from '../../src/transport/endpoint.ts'
import { Transport } from '../../src/transport/transport.ts'
import { collect, noneOpen, readHead, rejection, UPGRADED } from './scripted-server.ts'
import { CERTIFICATE, KEY, MUTUAL, serveTls, type TlsServer } from '../../../../tooling/test/tls-server.ts'

const endpointOf = ({ port }: TlsServer, tls: TlsOptions): Endpoint => ({ kind: 'tcp', host: '127.0.0.1', port, tls })

async function pong(socket: Socket): Promise<void> {
  for (;;) {
    await readHead(socket)
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK')
  }
}

describe('an endpoint with TLS', () => {
  it('is reached with verification and a client certificate, again and again', async () => {
    await using server = await serveTls((socket) => void pong(socket))
    await using transport = new Transport({ endpoint: endpointOf(server, MUTUAL) })
    for (let count = 0; count < 20; count += 1) {
      // Parallel calls take connections of their own, whose handshakes resume no session.
      const calls = [1, 2, 3].map(async () => (await transport.request({ path: '/_ping' })).body.readText())
      expect(await Promise.all(calls)).toEqual(['OK', 'OK', 'OK'])
    }
    await transport.close()
    await noneOpen(transport)
  })

  const refused: readonly (readonly [string, TlsOptions])[] = [
    ['an unknown authority', { verify: true, cert: CERTIFICATE, key: KEY }],
    [
      'a certificate that does not belong to its key',
      { verify: true, ca: CERTIFICATE, cert: CERTIFICATE, key: 'no key' },
    ],
  ]

  it.each(refused)('is unavailable for %s', async (_, tls) => {
    await using server = await serveTls((socket) => void pong(socket))
    await using transport = new Transport({ endpoint: endpointOf(server, tls) })
    const failure = { name: 'TransportError', kind: 'unavailable', cause: expect.any(Error) }
    expect(await rejection(transport.request({ path: '/_ping' }))).toMatchObject(failure)
    expect(await rejection(transport.upgrade({ path: '/attach' }))).toMatchObject(failure)
    expect(await rejection(transport.upgradeSocket({ path: '/session' }))).toMatchObject(failure)
    await noneOpen(transport)
  })

  it('fails without the client certificate that it asks for', async () => {
    await using server = await serveTls((socket) => void pong(socket))
    await using transport = new Transport({ endpoint: endpointOf(server, { verify: true, ca: CERTIFICATE }) })
    expect(await rejection(transport.request({ path: '/_ping' }))).toMatchObject({ name: 'TransportError' })
  })

  it('is believed blindly where the caller says so', async () => {
    await using server = await serveTls((socket) => void pong(socket))
    await using transport = new Transport({
      endpoint: endpointOf(server, { verify: false, cert: CERTIFICATE, key: KEY }),
    })
    expect((await transport.request({ path: '/_ping' })).status).toBe(200)
  })

  it('carries a hijacked stream, whose input ends without the loss of output', async () => {
    await using server = await serveTls(async (socket) => {
      await readHead(socket)
      socket.write(UPGRADED)
      socket.pipe(socket)
    })
    await using transport = new Transport({ endpoint: endpointOf(server, MUTUAL) })
    for (let round = 0; round < 10; round += 1) {
      const response = await transport.upgrade({ path: '/attach' })
      if (!response.upgraded) throw new Error('refused')
      const output = collect(response.stream.output)
      const sent = Buffer.alloc(300_000, round)
      await response.stream.write(sent)
      await response.stream.end()
      expect((await output).equals(sent)).toBe(true)
    }
    await noneOpen(transport)
  })
})
