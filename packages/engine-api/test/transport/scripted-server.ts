import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Endpoint } from '../../src/transport/endpoint.ts'
import { Transport } from '../../src/transport/transport.ts'

/** A server on a unix socket, and a transport to it; disposing of it ends both. */
export interface Scripted extends AsyncDisposable {
  readonly endpoint: Endpoint
  readonly transport: Transport
  /** Every connection the server has accepted, in order. */
  readonly accepted: readonly Socket[]
  /** How many of them are still open on the server's side. */
  readonly open: () => number
  /** Resolves with the nth connection, once it has been accepted. */
  readonly connection: (nth: number) => Promise<Socket>
}

/** A unix socket is how engines are reached; only TCP knows a reset that the server can ask for. */
type Over = 'unix' | 'tcp'

/** The ways in which a daemon's death shows: its system closes in order, drops what it had not read, or resets. */
export type Death = 'end' | 'destroy' | 'reset'
export const DEATHS: readonly Death[] = ['end', 'destroy', 'reset']

export function die(socket: Socket, death: Death): void {
  if (death === 'reset') socket.resetAndDestroy()
  else socket[death]()
}

/** What the server has to listen on to be able to die so. */
export function deadlyOver(death: Death): Over {
  return death === 'reset' ? 'tcp' : 'unix'
}

/** A server that is told only of connections, and speaks HTTP by hand. */
export function serveSockets(onSocket: (socket: Socket, nth: number) => void, over: Over = 'unix'): Promise<Scripted> {
  const server = createServer({ allowHalfOpen: true })
  let count = 0
  server.on('connection', (socket) => onSocket(socket, count++))
  return listen(server, over)
}

/** An ordinary HTTP server; what asks for an upgrade gets it from `onUpgrade`. */
export function serveHttp(
  onRequest: RequestListener,
  onUpgrade?: (socket: Socket, request: IncomingMessage) => void,
): Promise<Scripted> {
  const server = createHttpServer(onRequest)
  if (onUpgrade !== undefined) server.on('upgrade', (request, socket: Socket) => onUpgrade(socket, request))
  server.keepAliveTimeout = 0
  return listen(server, 'unix')
}

async function listen(server: Server, over: Over): Promise<Scripted> {
  const folder = await mkdtemp(join(tmpdir(), 'moorage-transport-'))
  const path = join(folder, 'engine.sock')
  const accepted: Socket[] = []
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => {})
    accepted.push(socket)
    server.emit('accepted')
  })
  if (over === 'unix') server.listen(path)
  else server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const endpoint: Endpoint =
    address !== null && typeof address === 'object'
      ? { kind: 'tcp', host: address.address, port: address.port }
      : { kind: 'unix', path }
  const transport = new Transport({ endpoint })
  return {
    endpoint,
    transport,
    accepted,
    open: () => accepted.filter((socket) => !socket.destroyed).length,
    connection: async (nth) => {
      for (;;) {
        const socket = accepted[nth]
        if (socket !== undefined) return socket
        await once(server, 'accepted')
      }
    },
    [Symbol.asyncDispose]: async () => {
      await transport.close()
      for (const socket of accepted) socket.destroy()
      server.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** Resolves with a request's head once all of it has come; what follows it stays in the socket. */
export function readHead(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let seen = Buffer.alloc(0)
    const onData = (chunk: Buffer): void => {
      seen = Buffer.concat([seen, chunk])
      const end = seen.indexOf('\r\n\r\n')
      if (end === -1) return
      socket.off('data', onData)
      socket.pause()
      if (seen.length > end + 4) socket.unshift(seen.subarray(end + 4))
      resolve(seen.subarray(0, end).toString())
    }
    socket.on('data', onData)
    socket.resume()
  })
}

/** Resolves when the connection is closed, also if it already is. */
export function closed(socket: Socket): Promise<void> {
  if (socket.closed) return Promise.resolve()
  return new Promise((resolve) => {
    socket.once('close', () => resolve())
    // A server's sockets stay half open, and notice the other side's end only by reading.
    socket.once('end', () => socket.end())
    socket.resume()
  })
}

/** What the promise rejects with; fails the test if it does not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it did not reject')
}

/** All bytes of a stream. */
export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** One frame of a multiplexed stream. */
export function frame(type: number, payload: string | Uint8Array): Buffer {
  const bytes = Buffer.from(payload)
  const header = Buffer.alloc(8)
  header[0] = type
  header.writeUInt32BE(bytes.length, 4)
  return Buffer.concat([header, bytes])
}

export const UPGRADED =
  'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n'
export const RAW_BODY = 'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n'

/** Turns the event loop until the transport has no connection left; a leak is the test's timeout. */
export async function noneOpen(transport: Transport): Promise<void> {
  while (transport.openSockets > 0) await new Promise((resolve) => setImmediate(resolve))
}
