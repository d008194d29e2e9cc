import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { demultiplex } from '../../src/transport/frames.ts'
import type { HijackedStream } from '../../src/transport/hijack.ts'
import type { Transport } from '../../src/transport/transport.ts'
import {
  closed,
  collect,
  deadlyOver,
  DEATHS,
  die,
  frame,
  noneOpen,
  RAW_BODY,
  readHead,
  rejection,
  serveHttp,
  serveSockets,
  UPGRADED,
} from './scripted-server.ts'

const ANSWERS = [
  ['101', UPGRADED],
  ['200', RAW_BODY],
] as const

async function hijack(transport: Transport, signal?: AbortSignal): Promise<HijackedStream> {
  const request = { path: '/exec/x/start', body: { Detach: false } }
  const response = await transport.upgrade(signal === undefined ? request : { ...request, signal })
  if (!response.upgraded) throw new Error(`refused with ${response.status}`)
  return response.stream
}

/** Answers, then sends back what comes, and its own end after the other's. */
function cat(begin: string): (socket: Socket) => Promise<void> {
  return async (socket) => {
    await readHead(socket)
    socket.write(begin)
    // The body of the request comes first.
    socket.once('readable', () => {
      socket.read('{"Detach":false}'.length)
      socket.pipe(socket)
    })
  }
}

describe('upgrade', () => {
  it('asks for it as engines expect', async () => {
    let head = ''
    await using server = await serveSockets(async (socket) => {
      head = await readHead(socket)
      socket.write(UPGRADED)
    })
    const response = await server.transport.upgrade({ path: '/exec/x/start', query: { a: 1 }, body: { Tty: true } })
    expect(response).toMatchObject({
      upgraded: true,
      status: 101,
      headers: { 'content-type': 'application/vnd.docker.raw-stream' },
    })
    expect(head.split('\r\n')[0]).toBe('POST /exec/x/start?a=1 HTTP/1.1')
    expect(head.toLowerCase().split('\r\n')).toEqual(
      expect.arrayContaining([
        'connection: upgrade',
        'upgrade: tcp',
        'content-type: application/json',
        'content-length: 12',
      ]),
    )
  })

  it.each(ANSWERS)('keeps what comes in the same packet as the %s', async (_, begin) => {
    await using server = await serveSockets(async (socket) => {
      await readHead(socket)
      socket.end(Buffer.concat([Buffer.from(begin), frame(1, 'first'), frame(2, 'second')]))
    })
    const { output } = await hijack(server.transport)
    const seen: string[] = []
    for await (const { stream, bytes } of demultiplex(output)) seen.push(`${stream}:${Buffer.from(bytes).toString()}`)
    expect(seen).toEqual(['stdout:first', 'stderr:second'])
  })

  it.each(ANSWERS)('is the same wherever the network cuts the %s from what follows', async (_, begin) => {
    const whole = Buffer.concat([Buffer.from(begin), Buffer.from('payload')])
    for (let cut = 1; cut < whole.length; cut += 1) {
      await using server = await serveSockets(async (socket) => {
        await readHead(socket)
        socket.write(whole.subarray(0, cut), () => setImmediate(() => socket.end(whole.subarray(cut))))
      })
      const { output } = await hijack(server.transport)
      expect((await collect(output)).toString()).toBe('payload')
    }
  })

  it.each(ANSWERS)('after a %s, the end of the input loses no output', async (_, begin) => {
    await using server = await serveSockets(cat(begin))
    for (let round = 0; round < 50; round += 1) {
      const stream = await hijack(server.transport)
      const output = collect(stream.output)
      await stream.write('one ')
      await stream.write(Buffer.from('two'))
      await stream.end()
      expect((await output).toString()).toBe('one two')
    }
    for (const socket of server.accepted) await closed(socket)
    await noneOpen(server.transport)
  })

  it.each(ANSWERS)('after a %s, carries megabytes both ways with back-pressure', async (_, begin) => {
    await using server = await serveSockets(cat(begin))
    const stream = await hijack(server.transport)
    const piece = Buffer.alloc(100_000, 5)
    const writing = (async () => {
      for (let count = 0; count < 100; count += 1) await stream.write(piece)
      await stream.end()
    })()
    let total = 0
    for await (const chunk of stream.output) total += chunk.length
    await writing
    expect(total).toBe(10_000_000)
  })

  it('holds a writer back while the engine does not read', async () => {
    await using server = await serveSockets(async (socket) => {
      await readHead(socket)
      socket.write(UPGRADED)
    })
    const stream = await hijack(server.transport)
    let written = 0
    let settled = true
    while (settled) {
      settled = false
      void stream.write(Buffer.alloc(64 * 1024)).then(
        () => (settled = true),
        () => {},
      )
      written += 64 * 1024
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      expect(written).toBeLessThan(4 * 1024 * 1024)
    }
    stream.destroy()
  })

  it.each(ANSWERS)(
    'after a %s, a process that stops reading its input still gives all its output',
    async (_, begin) => {
      const said = Buffer.alloc(300_000, 9)
      for (let round = 0; round < 20; round += 1) {
        await using server = await serveSockets(async (socket) => {
          await readHead(socket)
          socket.write(begin)
          // What has been written to it stays unread: the system answers the next write with EPIPE.
          socket.write(said, () => socket.destroy())
        })
        const stream = await hijack(server.transport)
        const writing = (async () => {
          for (;;) {
            await stream.write(Buffer.alloc(64 * 1024))
            await new Promise((resolve) => setImmediate(resolve))
          }
        })()
        const failure = rejection(writing)
        const error = await rejection(
          (async () => {
            let total = 0
            for await (const chunk of stream.output) total += chunk.length
            throw total
          })(),
        )
        // A unix socket that was closed with bytes unread ends with a reset; what it sent before has all come.
        if (typeof error === 'number') expect(error).toBe(said.length)
        else expect(error).toMatchObject({ kind: 'connection-lost' })
        expect(await failure).toMatchObject({ kind: 'connection-lost' })
      }
    },
  )

  it('returns a refusal as an ordinary answer, and keeps nothing', async () => {
    await using server = await serveHttp((_, outgoing) => {
      outgoing.statusCode = 409
      outgoing.end('{"message":"container is not running"}')
    })
    const response = await server.transport.upgrade({ path: '/exec/x/start', body: {} })
    if (response.upgraded) throw new Error('it was upgraded')
    expect([response.status, await response.body.readJson()]).toEqual([409, { message: 'container is not running' }])
    await closed(await server.connection(0))
    await noneOpen(server.transport)
  })

  it.each(ANSWERS)('after a %s, a reset is a lost connection for reader and writer', async (_, begin) => {
    await using server = await serveSockets(async (socket) => {
      await readHead(socket)
      socket.write(begin)
      socket.write('part')
    }, 'tcp')
    const stream = await hijack(server.transport)
    await stream.output.next()
    const pending = rejection(stream.output.next())
    die(await server.connection(0), 'reset')
    expect(await pending).toMatchObject({ kind: 'connection-lost' })
    expect(await rejection(stream.write('x'))).toMatchObject({ kind: 'connection-lost' })
    await noneOpen(server.transport)
  })

  it.each(DEATHS)('a daemon that dies (%s) within a frame is noticed', async (death) => {
    await using server = await serveSockets(async (socket) => {
      await readHead(socket)
      socket.write(UPGRADED)
      socket.write(frame(1, 'whole').subarray(0, 10))
    }, deadlyOver(death))
    const frames = demultiplex((await hijack(server.transport)).output)
    await frames.next()
    const pending = rejection(frames.next())
    die(await server.connection(0), death)
    expect(await pending).toMatchObject({ name: 'TransportError' })
  })

  it.each(DEATHS)('a daemon that dies (%s) before it answers is a lost connection', async (death) => {
    await using server = await serveSockets(async (socket) => {
      await readHead(socket)
      socket.write('HTTP/1.1 101 UP', () => die(socket, death))
    }, deadlyOver(death))
    expect(await rejection(hijack(server.transport))).toMatchObject({ kind: 'connection-lost' })
  })

  it.each(ANSWERS)(
    'after a %s, destroy() and leaving the output both free the server’s connection',
    async (_, begin) => {
      await using server = await serveSockets(cat(begin))
      const first = await hijack(server.transport)
      const read = first.output.next()
      first.destroy()
      expect(await read).toEqual({ done: true, value: undefined })
      expect(await rejection(first.write('x'))).toMatchObject({ kind: 'input-ended' })
      await closed(await server.connection(0))
      const second = await hijack(server.transport)
      const pending = second.output.next()
      await second.output.return()
      expect(await pending).toEqual({ done: true, value: undefined })
      await closed(await server.connection(1))
      {
        await using third = await hijack(server.transport)
        await third.write('x')
      }
      await closed(await server.connection(2))
      await noneOpen(server.transport)
    },
  )

  it('refuses to write after the end, and ends twice as once', async () => {
    await using server = await serveSockets(cat(UPGRADED))
    const stream = await hijack(server.transport)
    await Promise.all([stream.end(), stream.end()])
    expect(await rejection(stream.write('x'))).toMatchObject({ kind: 'input-ended' })
    expect(await collect(stream.output)).toHaveLength(0)
  })
})

describe('upgradeSocket', () => {
  it('hands the bare connection over, with the first bytes in front', async () => {
    let head = ''
    await using server = await serveSockets(async (socket) => {
      head = await readHead(socket)
      socket.write(`${UPGRADED}PRI * HTTP/2.0`)
    })
    const response = await server.transport.upgradeSocket({
      path: '/session',
      headers: { upgrade: 'h2c', 'X-Docker-Expose-Session-Grpc-Method': ['/a/B', '/c/D'] },
    })
    if (!response.upgraded) throw new Error('refused')
    const first = new Promise((resolve) => response.stream.once('data', (chunk: Buffer) => resolve(chunk.toString())))
    expect(await first).toBe('PRI * HTTP/2.0')
    expect(head.toLowerCase()).toContain('upgrade: h2c\r\n')
    expect(head.match(/grpc-method/gi)).toHaveLength(2)
    response.stream.destroy()
    await closed(await server.connection(0))
    await noneOpen(server.transport)
  })

  it('is destroyed by the signal and by close(), and refused as an ordinary answer', async () => {
    await using server = await serveSockets(async (socket, nth) => {
      await readHead(socket)
      socket.write(nth < 2 ? UPGRADED : 'HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno')
    })
    const controller = new AbortController()
    const aborted = await server.transport.upgradeSocket({ path: '/session', signal: controller.signal })
    controller.abort()
    if (aborted.upgraded) expect(aborted.stream.destroyed).toBe(true)
    const kept = await server.transport.upgradeSocket({ path: '/session' })
    const refused = await server.transport.upgradeSocket({ path: '/session' })
    expect(refused.upgraded ? '' : await refused.body.readText()).toBe('no')
    await server.transport.close()
    if (kept.upgraded) expect(kept.stream.destroyed).toBe(true)
    expect(aborted.upgraded && kept.upgraded).toBe(true)
  })
})
