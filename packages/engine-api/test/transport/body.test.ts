import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  closed,
  collect,
  deadlyOver,
  DEATHS,
  die,
  noneOpen,
  readHead,
  rejection,
  serveHttp,
  serveSockets,
} from './scripted-server.ts'

describe('a response body', () => {
  it('is text, JSON or chunks', async () => {
    await using server = await serveHttp((_, outgoing) => {
      outgoing.write('{"text":"h')
      outgoing.end('é"}')
    })
    const { transport } = server
    const open = async () => (await transport.request({ path: '/' })).body
    expect(await (await open()).readText()).toBe('{"text":"hé"}')
    expect(await (await open()).readJson()).toEqual({ text: 'hé' })
    expect((await collect(await open())).toString()).toBe('{"text":"hé"}')
    expect(await (await open()).discard()).toBeUndefined()
    expect(server.accepted).toHaveLength(1)
  })

  it('cuts text at its limit, between characters, and drops the connection', async () => {
    await using server = await serveHttp((_, outgoing) => outgoing.write('aé'.repeat(100_000)))
    const { body } = await server.transport.request({ path: '/' })
    expect(await body.readText(5)).toBe('aéa')
    await closed(await server.connection(0))
    await noneOpen(server.transport)
  })

  it('refuses JSON beyond its limit, and what is not JSON, without quoting it', async () => {
    await using server = await serveHttp((incoming, outgoing) =>
      outgoing.end(incoming.url === '/long' ? '[1,2,3]' : '<html>Bad Gateway'),
    )
    const long = await server.transport.request({ path: '/long' })
    expect(await rejection(long.body.readJson(6))).toMatchObject({ kind: 'protocol' })
    const html = await server.transport.request({ path: '/' })
    const error = await rejection(html.body.readJson())
    expect(error).toMatchObject({ kind: 'protocol', message: expect.stringContaining('HTML') })
    expect(inspect(error, { showHidden: true })).not.toContain('Bad Gateway')
    await using silent = await serveHttp((_, outgoing) => outgoing.end())
    const empty = await silent.transport.request({ path: '/' })
    expect(await rejection(empty.body.readJson())).toMatchObject({ kind: 'protocol' })
  })

  it('that is long is dropped by discard()', async () => {
    await using server = await serveHttp((_, outgoing) => outgoing.write('x'.repeat(1_000_000)))
    await (await server.transport.request({ path: '/' })).body.discard()
    await closed(await server.connection(0))
  })

  const beginnings = [
    ['of known length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart'],
    ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n'],
    ['in chunks, within one', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\npart'],
  ] as const

  it.each(beginnings)('%s is lost, after what came, when the daemon dies', async (_, begin) => {
    for (const death of DEATHS) {
      await using server = await serveSockets(async (socket) => {
        await readHead(socket)
        socket.write(begin)
      }, deadlyOver(death))
      const { body } = await server.transport.request({ path: '/' })
      const first = await body.next()
      expect(Buffer.from(first.value ?? []).toString()).toBe('part')
      const pending = rejection(body.next())
      die(await server.connection(0), death)
      expect(await pending).toMatchObject({ kind: 'connection-lost' })
      // Asked again it says the same: a lost answer never looks like a whole one.
      expect(await rejection(body.next())).toMatchObject({ kind: 'connection-lost' })
    }
  })

  it.each(['', 'HTTP/1.1 200 OK\r\nContent-'])('is never reached when the daemon dies after %j', async (begin) => {
    for (const death of DEATHS) {
      await using server = await serveSockets(async (socket) => {
        await readHead(socket)
        socket.write(begin, () => die(socket, death))
      }, deadlyOver(death))
      expect(await rejection(server.transport.request({ path: '/' }))).toMatchObject({ kind: 'connection-lost' })
    }
  })

  it('without a length ends with the connection', async () => {
    await using server = await serveSockets(async (socket) => {
      await readHead(socket)
      socket.end('HTTP/1.0 200 OK\r\n\r\nall of it')
    })
    const { body } = await server.transport.request({ path: '/' })
    expect(await body.readText()).toBe('all of it')
  })

  it('return() settles while next() is pending and frees the server’s connection', async () => {
    await using server = await serveHttp((_, outgoing) => outgoing.flushHeaders())
    const { body } = await server.transport.request({ path: '/' })
    const pending = [body.next(), body.next()]
    await body.return()
    const done = { done: true, value: undefined }
    expect(await Promise.all(pending)).toEqual([done, done])
    expect(await body.next()).toEqual(done)
    expect(await body.return()).toEqual(done)
    await closed(await server.connection(0))
    await noneOpen(server.transport)
  })

  it('left by break, throw or disposal frees the connection', async () => {
    await using server = await serveHttp((_, outgoing) => outgoing.write('x'))
    const { transport } = server
    for await (const _ of (await transport.request({ path: '/' })).body) break
    const failure = new Error('reader')
    const reading = (async () => {
      for await (const _ of (await transport.request({ path: '/' })).body) throw failure
    })()
    expect(await rejection(reading)).toBe(failure)
    {
      await using body = (await transport.request({ path: '/' })).body
      await body.next()
    }
    for (const nth of [0, 1, 2]) await closed(await server.connection(nth))
    await noneOpen(transport)
  })

  it('read whole keeps the connection, also when left afterwards', async () => {
    await using server = await serveHttp((_, outgoing) => outgoing.end('x'))
    for (let count = 0; count < 3; count += 1) {
      const { body } = await server.transport.request({ path: '/' })
      await collect(body)
      await body.return()
    }
    expect(server.accepted).toHaveLength(1)
  })

  it('holds a fast daemon back for a slow reader', async () => {
    const total = 64 * 1024 * 1024
    const piece = Buffer.alloc(64 * 1024, 7)
    await using server = await serveSockets(async (socket) => {
      await readHead(socket)
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`)
      let sent = 0
      const send = (): void => {
        while (sent < total) {
          sent += piece.length
          if (!socket.write(piece)) return
        }
      }
      socket.on('drain', send)
      send()
    })
    const { body } = await server.transport.request({ path: '/' })
    const socket = await server.connection(0)
    let read = 0
    let mostAhead = 0
    for await (const chunk of body) {
      read += chunk.length
      // The loop turns many times between reads, in which a daemon that is not held back would send megabytes.
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      mostAhead = Math.max(mostAhead, socket.bytesWritten - socket.writableLength - read)
    }
    expect(read).toBe(total)
    expect(mostAhead).toBeLessThan(2 * 1024 * 1024)
  })

  it('that nobody reads holds the daemon back as well', async () => {
    const piece = Buffer.alloc(64 * 1024)
    await using server = await serveSockets(async (socket) => {
      await readHead(socket)
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      const send = (): void => {
        while (socket.write(piece));
      }
      socket.on('drain', send)
      send()
    })
    await server.transport.request({ path: '/' })
    const socket = await server.connection(0)
    let before = -1
    let still = 0
    // Held back for good once nothing more has gone out over many turns.
    while (still < 50) {
      await new Promise((resolve) => setImmediate(resolve))
      const now = socket.bytesWritten - socket.writableLength
      still = now === before ? still + 1 : 0
      before = now
      expect(now).toBeLessThan(4 * 1024 * 1024)
    }
  })
})
