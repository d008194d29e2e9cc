// Run by hostile-session.test.ts: builds with engines that misuse the build's session, and must end by itself with 0.
import { connect, type ClientHttp2Session } from 'node:http2'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { RuntimeError } from '@moorage/runtime-core'
import { loadWire, messageOf } from '../../src/build/messages.ts'
import { scriptEngine } from '../scripted-engine.ts'

const [directory = ''] = process.argv.slice(2)
const wire = await loadWire()
const switched = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'
const credentials = '/moby.filesync.v1.Auth/Credentials'
const secrets = '/moby.buildkit.secrets.v1.Secrets/GetSecret'
const diffCopy = '/moby.filesync.v1.FileSync/DiffCopy'

/** What an engine does with the connection; where it resolves, the build ends with the failure `done`. */
type Engine = (socket: Socket) => Promise<unknown>

function framed(message: Uint8Array, prefix: readonly number[] = [0]): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(message.byteLength)
  return Buffer.concat([Buffer.from(prefix), length, message])
}

/** Resolves with the status of the call, or with nothing where none comes. */
function call(
  session: ClientHttp2Session,
  path: string,
  pieces: readonly Uint8Array[],
  headers: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const stream = session.request({ ':path': path, ':method': 'POST', 'content-type': 'application/grpc', ...headers })
    stream.on('error', () => undefined)
    stream.once('trailers', (trailers) => resolve(String(trailers['grpc-status'])))
    stream.once('close', () => resolve(undefined))
    stream.resume()
    for (const piece of pieces) stream.write(piece)
    stream.end()
  })
}

/** An engine that only makes these calls. */
const calling =
  (...calls: ReadonlyArray<readonly [string, readonly Uint8Array[], Readonly<Record<string, string>>?]>): Engine =>
  async (socket) => {
    const session = connect('http://session', { createConnection: () => socket })
    session.on('error', () => undefined)
    const statuses: (string | undefined)[] = []
    for (const [path, pieces, headers] of calls) statuses.push(await call(session, path, pieces, headers))
    return statuses.join(' ')
  }

/** One frame of HTTP/2. */
function frame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.byteLength, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

function headerBlock(headers: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(
    Object.entries(headers).flatMap(([name, value]) => [
      Buffer.from([0, name.length]),
      Buffer.from(name),
      Buffer.from([value.length]),
      Buffer.from(value),
    ]),
  )
}

function request(path: string): Buffer {
  return headerBlock({ ':method': 'POST', ':scheme': 'http', ':path': path, ':authority': 'engine' })
}

const endStream = 1
const endHeaders = 4
const cancel = 8
const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0)])
const ping = Buffer.from('moorage!')

/** Every way to give up a call in the packet that makes it; the connection is not yet HTTP/2 when they come. */
const resets: readonly Buffer[] = [credentials, secrets, diffCopy, '/grpc.health.v1.Health/Check', '/unknown'].flatMap(
  (path, index) =>
    [endHeaders, endHeaders | endStream].flatMap((flags, half) => {
      const stream = 4 * index + 2 * half + 1
      return [frame(1, flags, stream, request(path)), frame(3, 0, stream, Buffer.from([0, 0, 0, cancel]))]
    }),
)
const early: Readonly<Record<string, Buffer>> = {
  'calls that are reset at once': Buffer.concat([preface, ...resets, frame(6, 0, 0, ping)]),
}

/** Resolves when all that was written has been dealt with. */
const awaitingPing: Engine = (socket) =>
  new Promise((resolve) => {
    socket.on('data', (bytes: Buffer) => {
      if (bytes.includes(ping)) resolve('')
    })
  })

const host = messageOf(wire, { 1: 'mirror' })
const everything = Buffer.alloc(1024 * 1024, 1)
const context = { 'dir-name': 'context' }

/** Asks for the content of the link once it was listed, as often as there are threads for files. */
const requestingTheLink: Engine = async (socket) => {
  const session = connect('http://session', { createConnection: () => socket })
  session.on('error', () => undefined)
  const stream = session.request({ ':path': diffCopy, ':method': 'POST', ...context })
  stream.on('error', () => undefined)
  let seen = Buffer.alloc(0)
  const ended = new Promise((resolve) => stream.once('close', resolve))
  stream.on('data', (bytes: Buffer) => {
    const wasListed = seen.includes('/etc/passwd')
    seen = Buffer.concat([seen, bytes])
    if (!wasListed && seen.includes('/etc/passwd'))
      for (let count = 0; count < 5; count += 1) stream.write(framed(messageOf(wire, { 1: 1, 3: 1 })))
  })
  await ended
  return seen.includes('root:') ? 'with a file outside of the context' : ''
}

const engines: Readonly<Record<string, Engine>> = {
  'calls that are reset at once': awaitingPing,
  'unknown services and methods': calling(['/no.such/Service', [framed(host)]], [`${credentials}x`, []], ['/', []]),
  'data behind the only message': calling([credentials, [framed(host), framed(host), everything]]),
  'no message': calling([credentials, []]),
  'a message of 4 GB': calling([secrets, [Buffer.from([0, 255, 255, 255, 255]), everything, everything, everything]]),
  'a message that is compressed': calling([secrets, [framed(host, [1])]]),
  'a message that is cut': calling([secrets, [framed(host).subarray(0, -1)]]),
  'a malformed message': calling([credentials, [framed(Buffer.from([10, 255]))]]),
  'a malformed message about a secret': calling([secrets, [framed(Buffer.from([255, 255]))]]),
  'a malformed packet about files': calling([diffCopy, [framed(Buffer.from([15]))], context]),
  'the content of a link': requestingTheLink,
  'files with an unknown option': calling([diffCopy, [], { ...context, 'exclude-regexps': '.env' }]),
  'a file that was never listed': calling([diffCopy, [framed(messageOf(wire, { 1: 1, 3: 99 }))], context]),
  'no HTTP/2': (socket) => {
    socket.write('GET / HTTP/1.1\r\n\r\n'.repeat(10))
    return new Promise(() => undefined)
  },
  'the end of its connection': async (socket) => {
    socket.destroy()
    return new Promise(() => undefined)
  },
  'the end of its connection within a call': async (socket) => {
    socket.write(Buffer.concat([preface, frame(1, endHeaders, 1, request(secrets))]))
    socket.once('data', () => socket.destroy())
    return new Promise(() => undefined)
  },
}

async function outcome(engine: Engine, atOnce: Uint8Array = Buffer.alloc(0)): Promise<string> {
  let build: (response: ServerResponse) => void = () => undefined
  const building = new Promise<ServerResponse>((resolve) => {
    build = resolve
  })
  let seen: unknown
  await using scripted = await scriptEngine({ 'POST /build': (_, response) => build(response) }, (socket) => {
    socket.write(Buffer.concat([Buffer.from(switched), atOnce]))
    void (async () => {
      // The build has begun when the engine asks for something.
      const response = await building
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
      seen = await engine(socket)
      response.end(`${JSON.stringify({ errorDetail: { message: 'done' } })}\n`)
    })()
  })
  try {
    await scripted.adapter.buildImage?.({ context: { directory } })
    return 'resolved'
  } catch (error) {
    if (!RuntimeError.is(error)) return String(error)
    return error.code === 'BUILD_FAILED' ? `goes on ${String(seen ?? '')}`.trim() : error.code
  }
}

const outcomes: Record<string, string> = {}
for (const [name, engine] of Object.entries(engines)) outcomes[name] = await outcome(engine, early[name])
process.stdout.write(`${JSON.stringify(outcomes)}\n`)
