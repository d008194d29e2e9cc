import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { TransportError } from '../../src/transport/errors.ts'
import type { Transport } from '../../src/transport/transport.ts'
import {
  closed,
  collect,
  noneOpen,
  RAW_BODY,
  readHead,
  rejection,
  type Scripted,
  serveHttp,
  serveSockets,
  UPGRADED,
} from './scripted-server.ts'

const SMALL = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const BEGUN = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart'

/** A server that answers every request of a connection with the same bytes. */
function answering(bytes: string): Promise<Scripted> {
  return serveSockets(async (socket) => {
    for (;;) {
      await readHead(socket)
      socket.write(bytes)
    }
  })
}

function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length
}

/** Something that is pending at a stage of a call, and rejects when the call is stopped there. */
type Stage = (
  transport: Transport,
  signal: AbortSignal,
  server: Scripted,
) => Promise<{ readonly pending: Promise<unknown> }>

const inHead: Stage = async (transport, signal, server) => {
  const pending = rejection(transport.request({ path: '/', signal }))
  await server.connection(0)
  return { pending }
}
const inBody: Stage = async (transport, signal) => {
  const { body } = await transport.request({ path: '/', signal })
  await body.next()
  return { pending: rejection(body.next()) }
}
const inUnreadBody: Stage = async (transport, signal) => {
  const { body } = await transport.request({ path: '/', signal })
  // Asked only once it has been stopped: what had come by then is not handed out any more.
  return { pending: new Promise((resolve) => setImmediate(() => resolve(rejection(body.next())))) }
}
const inUpgradeHead: Stage = async (transport, signal, server) => {
  const pending = rejection(transport.upgrade({ path: '/', signal }))
  await server.connection(0)
  return { pending }
}
const inHijacked: Stage = async (transport, signal) => {
  const response = await transport.upgrade({ path: '/', signal })
  if (!response.upgraded) throw new Error('refused')
  return { pending: rejection(response.stream.output.next()) }
}
const inHijackedWrite: Stage = async (transport, signal) => {
  const response = await transport.upgrade({ path: '/', signal })
  if (!response.upgraded) throw new Error('refused')
  return { pending: rejection(response.stream.write(Buffer.alloc(16 * 1024 * 1024))) }
}

const STAGES: readonly (readonly [string, string, Stage])[] = [
  ['while the head is waited for', '', inHead],
  ['within the head', 'HTTP/1.1 200 OK\r\nConte', inHead],
  ['within the body', BEGUN, inBody],
  ['before the body is read', BEGUN, inUnreadBody],
  ['while an upgrade is waited for', '', inUpgradeHead],
  ['in a hijacked stream (101)', UPGRADED, inHijacked],
  ['in a hijacked stream (200)', RAW_BODY, inHijacked],
  ['in a hijacked stream that is written to', UPGRADED, inHijackedWrite],
]

describe('an abort', () => {
  it.each(STAGES)('%s rejects with the reason itself and frees the connection', async (_, answer, stage) => {
    await using server = await answering(answer)
    const controller = new AbortController()
    const reason = { why: 'enough' }
    const { pending } = await stage(server.transport, controller.signal, server)
    controller.abort(reason)
    // Settled by the abort itself, not by an event of the network: it is there within this turn of the event loop.
    const turn = new Promise((resolve) => setImmediate(() => setImmediate(() => resolve('late'))))
    expect(await Promise.race([pending, turn])).toBe(reason)
    expect(listeners(controller.signal)).toBe(0)
    await closed(await server.connection(0))
    await noneOpen(server.transport)
  })

  it('that came before the call sends nothing', async () => {
    await using server = await answering(SMALL)
    const reason = new Error('enough')
    const signal = AbortSignal.abort(reason)
    let taken = 0
    const body = (async function* () {
      taken += 1
      yield Buffer.from('x')
    })()
    expect(await rejection(server.transport.request({ path: '/', signal }))).toBe(reason)
    expect(await rejection(server.transport.request({ path: '/', method: 'POST', body, signal }))).toBe(reason)
    expect(await rejection(server.transport.upgrade({ path: '/', signal }))).toBe(reason)
    expect(await rejection(server.transport.upgradeSocket({ path: '/', signal }))).toBe(reason)
    expect([server.transport.openSockets, server.accepted.length, taken, listeners(signal)]).toEqual([0, 0, 0, 0])
  })

  it('while the connection is made leaves none behind', async () => {
    await using server = await answering(SMALL)
    const controller = new AbortController()
    const pending = rejection(server.transport.request({ path: '/', signal: controller.signal }))
    controller.abort('enough')
    expect(await pending).toBe('enough')
    await noneOpen(server.transport)
  })

  it('after all has come, but before all is read, is still not a success', async () => {
    await using server = await answering(SMALL)
    const controller = new AbortController()
    const { body } = await server.transport.request({ path: '/', signal: controller.signal })
    while (listeners(controller.signal) > 0) await new Promise((resolve) => setImmediate(resolve))
    controller.abort('enough')
    expect(await rejection(body.readText())).toBe('enough')
  })

  it('after all has been read changes nothing', async () => {
    await using server = await answering(SMALL)
    const controller = new AbortController()
    const { body } = await server.transport.request({ path: '/', signal: controller.signal })
    await collect(body)
    controller.abort('enough')
    expect(await body.next()).toEqual({ done: true, value: undefined })
    expect(server.transport.openSockets).toBe(1)
  })
})

describe('the caller’s signal', () => {
  it('keeps no listener, however a call ends', async () => {
    await using server = await serveSockets(async (socket, nth) => {
      await readHead(socket)
      if (nth === 0) socket.end(SMALL.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))
      else if (nth === 1) socket.end(BEGUN)
      else if (nth === 2) socket.destroy()
      else if (nth === 3) socket.write(BEGUN)
      else if (nth === 4) socket.end(UPGRADED)
      else if (nth === 5) socket.write(UPGRADED)
      else socket.write('HTTP/1.1 204 No Content\r\n\r\n')
    })
    const { signal } = new AbortController()
    const request = () => server.transport.request({ path: '/', signal })
    await collect((await request()).body)
    expect(listeners(signal)).toBe(0)
    await rejection(collect((await request()).body))
    expect(listeners(signal)).toBe(0)
    await rejection(request())
    expect(listeners(signal)).toBe(0)
    const left = await request()
    expect(listeners(signal)).toBe(1)
    await left.body.return()
    expect(listeners(signal)).toBe(0)
    for (const destroy of [false, true]) {
      const response = await server.transport.upgrade({ path: '/', signal })
      if (!response.upgraded) throw new Error('refused')
      if (destroy) response.stream.destroy()
      else await collect(response.stream.output)
      await noneOpen(server.transport)
      expect(listeners(signal)).toBe(0)
    }
    // An answer without a body is over by itself, read or not.
    await request()
    while (listeners(signal) > 0) await new Promise((resolve) => setImmediate(resolve))
  })

  it('never has more listeners than calls', async () => {
    await using server = await serveHttp((_, outgoing) => outgoing.end('{}'))
    const { signal } = new AbortController()
    for (let count = 0; count < 200; count += 1) {
      await (await server.transport.request({ path: '/', signal })).body.readJson()
      expect(listeners(signal)).toBe(0)
    }
  })
})

describe('close()', () => {
  it.each(STAGES)('%s ends the call with the closed error and frees the connection', async (_, answer, stage) => {
    await using server = await answering(answer)
    const { signal } = new AbortController()
    const { pending } = await stage(server.transport, signal, server)
    const closing = server.transport.close()
    const error = await pending
    expect(error).toBeInstanceOf(TransportError)
    expect(error).toMatchObject({ kind: 'closed' })
    await closing
    expect(server.transport.openSockets).toBe(0)
    expect(listeners(signal)).toBe(0)
    await closed(await server.connection(0))
  })

  it('ends idle connections, is idempotent, and refuses what comes later', async () => {
    await using server = await answering(SMALL)
    const { transport } = server
    await (await transport.request({ path: '/' })).body.discard()
    expect(transport.openSockets).toBe(1)
    await Promise.all([transport.close(), transport.close()])
    await transport.close()
    expect(transport.openSockets).toBe(0)
    expect(await rejection(transport.request({ path: '/' }))).toMatchObject({ kind: 'closed' })
    expect(await rejection(transport.upgrade({ path: '/' }))).toMatchObject({ kind: 'closed' })
    expect(await rejection(transport.upgradeSocket({ path: '/' }))).toMatchObject({ kind: 'closed' })
    expect(transport.openSockets).toBe(0)
  })

  it('ends calls that wait for their turn', async () => {
    await using server = await answering('')
    const calls = Array.from({ length: 100 }, () => rejection(server.transport.request({ path: '/' })))
    await server.connection(0)
    await server.transport.close()
    for (const error of await Promise.all(calls)) expect(error).toMatchObject({ kind: 'closed' })
    expect(server.accepted.length).toBeLessThanOrEqual(32)
  })

  it('leaves another transport on the same engine alone', async () => {
    await using server = await answering(SMALL)
    await using other = await answering(SMALL)
    await (await server.transport.request({ path: '/' })).body.discard()
    await (await other.transport.request({ path: '/' })).body.discard()
    await server.transport.close()
    expect((await other.transport.request({ path: '/' })).status).toBe(200)
  })
})
