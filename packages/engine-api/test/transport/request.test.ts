import { describe, expect, it } from 'vitest'
import { TransportError } from '../../src/transport/errors.ts'
import { Transport } from '../../src/transport/transport.ts'
import { closed, readHead, rejection, serveHttp, serveSockets } from './scripted-server.ts'

describe('request', () => {
  it('sends method, path, query, headers and a JSON body', async () => {
    await using server = await serveHttp(async (incoming, outgoing) => {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(Buffer.from(chunk))
      const { method, url, headers } = incoming
      outgoing.setHeader('api-version', '1.45')
      outgoing.statusCode = 201
      outgoing.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() }))
    })
    const response = await server.transport.request({
      method: 'POST',
      path: '/containers/create',
      query: { name: 'a b', all: true, size: 3, none: undefined, label: ['x=1', 'y=2'] },
      headers: { 'X-Registry-Auth': 'e30=', 'X-None': undefined, 'X-Many': ['1', '2'] },
      body: { Image: 'ünicode' },
    })
    expect(response.status).toBe(201)
    expect(response.headers['api-version']).toBe('1.45')
    expect(await response.body.readJson()).toMatchObject({
      method: 'POST',
      url: '/containers/create?name=a+b&all=true&size=3&label=x%3D1&label=y%3D2',
      headers: {
        host: 'localhost',
        'x-registry-auth': 'e30=',
        'x-many': '1, 2',
        'content-type': 'application/json',
        'content-length': '20',
      },
      body: '{"Image":"ünicode"}',
    })
  })

  it('sends bytes and text as they are, and nothing where there is no body', async () => {
    await using server = await serveHttp(async (incoming, outgoing) => {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(Buffer.from(chunk))
      outgoing.end(
        JSON.stringify([
          incoming.headers['content-type'],
          incoming.headers['content-length'],
          Buffer.concat(chunks).toString(),
        ]),
      )
    })
    const answer = async (options: {
      readonly body?: string | Uint8Array
      readonly method: string
    }): Promise<unknown> =>
      (
        await server.transport.request({ path: '/', headers: { 'content-type': 'application/x-tar' }, ...options })
      ).body.readJson()
    expect(await answer({ method: 'PUT', body: Uint8Array.of(65, 66) })).toEqual(['application/x-tar', '2', 'AB'])
    expect(await answer({ method: 'PUT', body: 'é' })).toEqual(['application/x-tar', '2', 'é'])
    expect(await answer({ method: 'POST' })).toEqual(['application/x-tar', '0', ''])
    expect(await answer({ method: 'DELETE' })).toEqual(['application/x-tar', null, ''])
  })

  it('treats every status as an answer', async () => {
    await using server = await serveHttp((incoming, outgoing) => {
      outgoing.statusCode = Number(incoming.url?.slice(1))
      outgoing.end(outgoing.statusCode === 204 ? undefined : '{"message":"no such container"}')
    })
    const missing = await server.transport.request({ path: '/404' })
    expect([missing.status, await missing.body.readJson()]).toEqual([404, { message: 'no such container' }])
    const empty = await server.transport.request({ path: '/204', method: 'POST' })
    expect([empty.status, await empty.body.readText()]).toEqual([204, ''])
    const head = await server.transport.request({ path: '/200', method: 'HEAD' })
    expect([head.status, await head.body.readText()]).toEqual([200, ''])
  })

  it('waits for a slow head, and resolves with it before the body', async () => {
    await using server = await serveSockets(async (socket) => {
      await readHead(socket)
      socket.write('HTTP/1.1 200 OK\r\nConte')
      setImmediate(() => socket.write('nt-Length: 2\r\n\r\n'))
    })
    const response = await server.transport.request({ path: '/' })
    const text = response.body.readText()
    const [socket] = server.accepted
    socket?.write('ok')
    expect(await text).toBe('ok')
  })

  it('reuses connections: 500 sequential calls take one', async () => {
    await using server = await serveHttp((incoming, outgoing) => {
      // Half of the answers have no body that anyone reads.
      if (incoming.method === 'POST') outgoing.statusCode = 204
      outgoing.end(incoming.method === 'POST' ? undefined : '{"Id":"x"}')
    })
    for (let count = 0; count < 250; count += 1) {
      await (await server.transport.request({ path: '/json' })).body.readJson()
      await (await server.transport.request({ path: '/start', method: 'POST' })).body.discard()
    }
    expect(server.accepted.length).toBeLessThanOrEqual(2)
    expect(server.transport.openSockets).toBeLessThanOrEqual(2)
  })

  it('bounds the connections of parallel calls', async () => {
    let most = 0
    let now = 0
    await using server = await serveHttp((_, outgoing) => {
      now += 1
      most = Math.max(most, now)
      setImmediate(() => {
        now -= 1
        outgoing.end('{}')
      })
    })
    const calls = Array.from({ length: 500 }, async () =>
      (await server.transport.request({ path: '/' })).body.readJson(),
    )
    await Promise.all(calls)
    expect(most).toBeLessThanOrEqual(32)
    expect(server.accepted.length).toBeLessThanOrEqual(64)
  })

  it('is not held up by follows, waits, uploads or unread bodies', async () => {
    await using server = await serveHttp((incoming, outgoing) => {
      if (incoming.url === '/wait') return
      if (incoming.url === '/ping') outgoing.end('OK')
      else outgoing.write('x'.repeat(100_000))
    })
    const endless: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }
    const { transport } = server
    const hanging: Promise<unknown>[] = []
    for (let count = 0; count < 40; count += 1) {
      await transport.request({ path: '/follow' })
      hanging.push(rejection(transport.request({ path: '/wait', method: 'POST', lasting: true })))
      hanging.push(rejection(transport.request({ path: '/wait', method: 'POST', body: endless })))
    }
    expect(await (await transport.request({ path: '/ping' })).body.readText()).toBe('OK')
    await transport.close()
    for (const error of await Promise.all(hanging)) expect(error).toMatchObject({ kind: 'closed' })
  })

  it('queues ordinary calls beyond the limit, in order, and lets an aborted one out of the queue', async () => {
    const waiting: (() => void)[] = []
    const seen: string[] = []
    await using server = await serveHttp((incoming, outgoing) => {
      seen.push(incoming.url ?? '')
      waiting.push(() => outgoing.end('{}'))
      if (waiting.length === 1) waiting.shift()?.()
    })
    const transport = new Transport({ endpoint: server.endpoint, maxCalls: 1 })
    const controller = new AbortController()
    const read = async (path: string, signal?: AbortSignal): Promise<unknown> =>
      (await transport.request(signal === undefined ? { path } : { path, signal })).body.readJson()
    const calls = [read('/1'), rejection(read('/2', controller.signal)), read('/3'), read('/4')]
    controller.abort('enough')
    expect(await Promise.all(calls)).toEqual([{}, 'enough', {}, {}])
    expect(seen).toEqual(['/1', '/3', '/4'])
    expect(server.accepted).toHaveLength(1)
    await transport.close()
  })

  it('says what cannot be reached', async () => {
    const transport = new Transport({ endpoint: { kind: 'unix', path: '/nonexistent/engine.sock' } })
    const error = await rejection(transport.request({ path: '/_ping' }))
    expect(error).toBeInstanceOf(TransportError)
    expect(error).toMatchObject({ kind: 'unavailable', cause: { code: 'ENOENT' } })
    expect(error).toHaveProperty('message', expect.stringContaining('unix:///nonexistent/engine.sock'))
    const upgrade = await rejection(transport.upgrade({ path: '/exec/x/start' }))
    expect(upgrade).toMatchObject({ kind: 'unavailable' })
    await transport.close()
    expect(transport.openSockets).toBe(0)
  })

  it('tells an answer that is not HTTP', async () => {
    await using server = await serveSockets((socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
    expect(await rejection(server.transport.request({ path: '/' }))).toMatchObject({ kind: 'protocol' })
  })

  it('rejects what Node refuses to send, and goes on', async () => {
    await using server = await serveHttp((_, outgoing) => outgoing.end('{}'))
    const transport = new Transport({ endpoint: server.endpoint, maxCalls: 1 })
    for (let count = 0; count < 3; count += 1) {
      expect(await rejection(transport.request({ path: '/a b' }))).toBeInstanceOf(TypeError)
      expect(await rejection(transport.request({ path: '/', headers: { bad: 'a\nb' } }))).toBeInstanceOf(TypeError)
    }
    expect((await transport.request({ path: '/' })).status).toBe(200)
    await transport.close()
  })
})

describe('a kept connection that has died', () => {
  /** Answers the first request of the first connection, and resets it when a second one comes. */
  const resetOnReuse = (beforeReset = ''): ReturnType<typeof serveSockets> =>
    serveSockets(async (socket, nth) => {
      await readHead(socket)
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n')
      socket.write(nth === 0 ? 'first' : 'again')
      if (nth > 0) return
      await readHead(socket)
      socket.write(beforeReset, () => socket.resetAndDestroy())
    }, 'tcp')

  it.each(['GET', 'HEAD'])('is replaced for one more %s', async (method) => {
    await using server = await resetOnReuse()
    await (await server.transport.request({ path: '/' })).body.readText()
    const response = await server.transport.request({ path: '/', method })
    expect(response.status).toBe(200)
    expect(server.accepted).toHaveLength(2)
  })

  it.each(['POST', 'DELETE', 'PUT'])('loses a %s', async (method) => {
    await using server = await resetOnReuse()
    await (await server.transport.request({ path: '/' })).body.readText()
    expect(await rejection(server.transport.request({ path: '/', method }))).toMatchObject({ kind: 'connection-lost' })
    expect(server.accepted).toHaveLength(1)
  })

  it('loses a GET of which a part was answered', async () => {
    await using server = await resetOnReuse('HTTP/1.1 200 OK\r\n')
    await (await server.transport.request({ path: '/' })).body.readText()
    expect(await rejection(server.transport.request({ path: '/' }))).toMatchObject({ kind: 'connection-lost' })
    expect(server.accepted).toHaveLength(1)
  })

  it('is replaced once, not for ever', async () => {
    await using server = await serveSockets(async (socket, nth) => {
      await readHead(socket)
      if (nth === 0) {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
        await readHead(socket)
      }
      socket.destroy()
    })
    await (await server.transport.request({ path: '/' })).body.discard()
    expect(await rejection(server.transport.request({ path: '/' }))).toMatchObject({ kind: 'connection-lost' })
    expect(server.accepted).toHaveLength(2)
  })

  it('is not used again once the engine has closed it', async () => {
    await using server = await serveHttp((_, outgoing) => outgoing.end('{}'))
    await (await server.transport.request({ path: '/' })).body.discard()
    const first = await server.connection(0)
    first.end()
    await closed(first)
    const response = await server.transport.request({ path: '/', method: 'POST' })
    expect(response.status).toBe(200)
  })
})
