import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { closed, noneOpen, readHead, rejection, serveHttp, serveSockets } from './scripted-server.ts'

/** Chunks without end; says how many were taken, and whether it was closed. */
function endless(size = 64 * 1024): AsyncIterable<Uint8Array> & { taken: number; closed: boolean } {
  const source = {
    taken: 0,
    closed: false,
    [Symbol.asyncIterator]: (): AsyncIterator<Uint8Array> => ({
      next: () => {
        source.taken += 1
        return Promise.resolve({ done: false, value: Buffer.alloc(size) })
      },
      return: () => {
        source.closed = true
        return Promise.resolve({ done: true, value: undefined })
      },
    }),
  }
  return source
}

describe('a streamed request body', () => {
  it('arrives whole', async () => {
    await using server = await serveHttp(async (incoming, outgoing) => {
      let total = 0
      for await (const chunk of incoming) total += Buffer.from(chunk).length
      outgoing.end(JSON.stringify([incoming.headers['transfer-encoding'], total]))
    })
    const body = (async function* () {
      for (let count = 0; count < 200; count += 1) yield Buffer.alloc(count % 3 === 0 ? 0 : 50_000)
    })()
    const response = await server.transport.request({ method: 'POST', path: '/build', body })
    expect(await response.body.readJson()).toEqual(['chunked', 6_650_000])
  })

  it('arrives whole from a source that reuses its buffer after next() is called again', async () => {
    const expected = createHash('sha256')
    const received = createHash('sha256')
    await using server = await serveHttp(async (incoming, outgoing) => {
      for await (const chunk of incoming) received.update(Buffer.from(chunk))
      outgoing.end('{}')
    })
    const body = (async function* () {
      const buffer = Buffer.alloc(8192)
      for (let count = 0; count < 2000; count += 1) {
        buffer.fill(count % 251)
        expected.update(buffer)
        yield buffer
      }
    })()
    const response = await server.transport.request({ method: 'POST', path: '/build', body })
    await response.body.readJson()
    expect(received.digest('hex')).toBe(expected.digest('hex'))
  })

  it('is taken no faster than the engine reads', async () => {
    await using server = await serveSockets(async (socket) => void (await readHead(socket)))
    const body = endless()
    const pending = rejection(server.transport.request({ method: 'POST', path: '/build', body }))
    await server.connection(0)
    let before = -1
    for (let still = 0; still < 50;) {
      await new Promise((resolve) => setImmediate(resolve))
      still = body.taken === before && before > 0 ? still + 1 : 0
      before = body.taken
      expect(body.taken).toBeLessThan(64)
    }
    await server.transport.close()
    expect(await pending).toMatchObject({ kind: 'closed' })
    expect(body.closed).toBe(true)
  })

  it.each(['destroy', 'end'] as const)(
    'that is refused early gives the answer, not EPIPE (server: %s)',
    async (way) => {
      for (let round = 0; round < 100; round += 1) {
        await using server = await serveSockets(async (socket) => {
          await readHead(socket)
          const answer = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 16\r\nConnection: close\r\n\r\n{"message":"no"}'
          if (way === 'end') socket.end(answer)
          else socket.write(answer, () => socket.destroy())
        })
        const body = endless(1024 * (1 + (round % 128)))
        const response = await server.transport.request({ method: 'POST', path: '/build', body })
        expect([response.status, await response.body.readJson()]).toEqual([400, { message: 'no' }])
        expect(body.closed).toBe(true)
        await closed(await server.connection(0))
        await noneOpen(server.transport)
      }
    },
  )

  it('that is whole and refused early gives the answer as well', async () => {
    for (let round = 0; round < 100; round += 1) {
      await using server = await serveSockets(async (socket) => {
        await readHead(socket)
        socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno', () =>
          socket.destroy(),
        )
      })
      const response = await server.transport.request({
        method: 'POST',
        path: '/x',
        body: Buffer.alloc(8 * 1024 * 1024),
      })
      expect([response.status, await response.body.readText()]).toEqual([413, 'no'])
    }
  })

  it('goes on after an early 200, whose body comes while it is sent', async () => {
    await using server = await serveHttp((incoming, outgoing) => {
      outgoing.flushHeaders()
      incoming.pipe(outgoing)
    })
    let send: (chunk: Uint8Array | undefined) => void = () => {}
    const body: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () =>
          new Promise((resolve) => {
            send = (chunk) =>
              resolve(chunk === undefined ? { done: true, value: undefined } : { done: false, value: chunk })
          }),
      }),
    }
    const requested = server.transport.request({ method: 'POST', path: '/images/load', body })
    const socket = await server.connection(0)
    // The head travels with the first chunk; the source is asked for that one a little later than the call is made.
    while (socket.bytesRead === 0) {
      send(Buffer.from('one'))
      await new Promise((resolve) => setImmediate(resolve))
    }
    const response = await requested
    send(Buffer.from('two'))
    let text = ''
    while (!text.endsWith('two')) text += Buffer.from((await response.body.next()).value ?? []).toString()
    expect(text).toMatch(/^(one)+two$/)
    send(undefined)
    expect(await response.body.next()).toEqual({ done: true, value: undefined })
  })

  it('that fails rejects the call with its own error and drops the connection', async () => {
    let receiveHead: () => void = () => {}
    const headReceived = new Promise<void>((resolve) => (receiveHead = resolve))
    await using server = await serveSockets(async (socket) => {
      await readHead(socket)
      receiveHead()
    })
    const failure = new Error('cannot read the context')
    const body = (async function* () {
      yield Buffer.from('x')
      await headReceived
      throw failure
    })()
    expect(await rejection(server.transport.request({ method: 'POST', path: '/build', body }))).toBe(failure)
    await closed(await server.connection(0))
  })

  it('that fails after the head has come ends the answer with its error', async () => {
    await using server = await serveHttp((incoming, outgoing) => {
      incoming.resume()
      outgoing.flushHeaders()
    })
    const failure = new Error('cannot read the context')
    let fail: () => void = () => {}
    const failing = new Promise<never>((_, reject) => (fail = () => reject(failure)))
    const body = (async function* () {
      yield Buffer.from('x')
      yield await failing
    })()
    const response = await server.transport.request({ method: 'POST', path: '/build', body })
    const pending = rejection(response.body.next())
    fail()
    expect(await pending).toBe(failure)
    await closed(await server.connection(0))
  })

  it('is closed when the call is aborted, although its next() is pending', async () => {
    await using server = await serveSockets(async (socket) => void (await readHead(socket)))
    let closings = 0
    const body: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: () => {
          closings += 1
          throw new Error('closing fails, too')
        },
      }),
    }
    const controller = new AbortController()
    const pending = rejection(
      server.transport.request({ method: 'POST', path: '/build', body, signal: controller.signal }),
    )
    await server.connection(0)
    controller.abort('enough')
    expect(await pending).toBe('enough')
    expect(closings).toBe(1)
  })

  it('is closed when the daemon dies', async () => {
    await using server = await serveSockets(async (socket) => {
      await readHead(socket)
      socket.destroy()
    })
    const body = endless()
    expect(await rejection(server.transport.request({ method: 'POST', path: '/build', body }))).toMatchObject({
      kind: 'connection-lost',
    })
    expect(body.closed).toBe(true)
  })
})
