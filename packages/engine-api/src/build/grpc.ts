import type { Http2Session, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { Duplex } from 'node:stream'
import { TransportError } from '../transport/errors.ts'
import { drainedOrClosed } from './drain.ts'
import { metadataOf, type Metadata } from './metadata.ts'

/** The codes of gRPC that are answered here. */
export const grpcStatus = {
  ok: 0,
  invalidArgument: 3,
  notFound: 5,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
} as const

/** Tells the engine that a call has failed, with a code that means something to it. */
export class GrpcError extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** A call of the engine to us. */
export interface GrpcCall {
  readonly metadata: Metadata
  /** The messages as they come. */
  readonly messages: AsyncIterable<Uint8Array>
  /** Resolves when more may be sent. */
  send(message: Uint8Array): Promise<void>
}

/** Answers one method, `/service/Method`. */
export type GrpcMethod = (call: GrpcCall) => Promise<void>

/** A method with one message each way. */
export function unary(answer: (message: Uint8Array) => Promise<Uint8Array> | Uint8Array): GrpcMethod {
  return async ({ messages, send }) => {
    for await (const message of messages) {
      await send(await answer(message))
      return
    }
    throw new GrpcError(grpcStatus.internal, 'the call has no message')
  }
}

const prefixBytes = 5

/** gRPC's own limit for what is received; what engines ask for is far smaller. */
const mostMessageBytes = 4 * 1024 * 1024

/** Serves the methods on a connection that speaks HTTP/2 from its first byte; `onFailure` sees what no engine should do to a method, and what failed in it. */
export async function serveGrpc(
  socket: Duplex,
  methods: Readonly<Record<string, GrpcMethod>>,
  onFailure: (error: unknown) => void = () => undefined,
): Promise<Http2Session> {
  const { performServerHandshake } = await import('node:http2')
  const session = performServerHandshake(socket)
  // What ends the session ends its calls, and is seen by its end.
  session.on('error', () => undefined)
  const accept = (
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    _flags: number,
    rawHeaders: readonly string[],
  ): void => {
    stream.on('error', () => undefined)
    serve(stream, headers, rawHeaders, Object.hasOwn(methods, headers[':path'] ?? '') ? methods : {}).catch(onFailure)
  }
  session.on('stream', accept)
  return session
}

/** Rejects with failures that gRPC has no answer for. */
async function serve(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
  methods: Readonly<Record<string, GrpcMethod>>,
): Promise<void> {
  // The engine may have given up the call in the same packet.
  if (stream.destroyed || stream.closed) return
  const method = methods[headers[':path'] ?? '']
  let trailers = { 'grpc-status': String(grpcStatus.ok), 'grpc-message': '' }
  stream.once('wantTrailers', () => {
    if (!stream.destroyed && !stream.closed) stream.sendTrailers(trailers)
  })
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  let failure: unknown
  try {
    if (method === undefined) throw new GrpcError(grpcStatus.unimplemented, 'there is no such method')
    await method({
      metadata: metadataOf(rawHeaders),
      messages: messagesOf(stream),
      send: (message) => send(stream, message),
    })
  } catch (error) {
    const code = error instanceof GrpcError ? error.code : grpcStatus.internal
    const text = error instanceof Error ? error.message : String(error)
    trailers = { 'grpc-status': String(code), 'grpc-message': encodeURIComponent(text) }
    failure = error instanceof GrpcError || stream.destroyed ? undefined : error
  }
  if (!stream.destroyed) {
    stream.end()
    // What comes behind the last message that was wanted would fill the connection's window.
    stream.resume()
  }
  if (failure !== undefined) throw failure
}

async function send(stream: ServerHttp2Stream, message: Uint8Array): Promise<void> {
  const framed = Buffer.allocUnsafe(prefixBytes + message.byteLength)
  framed.writeUInt8(0)
  framed.writeUInt32BE(message.byteLength, 1)
  framed.set(message, prefixBytes)
  const isOver = (): boolean => stream.destroyed || stream.writableEnded
  if (!isOver() && stream.write(framed)) return
  if (!isOver()) await drainedOrClosed(stream)
  if (isOver()) throw new Error('the call is over')
}

async function* messagesOf(stream: ServerHttp2Stream): AsyncGenerator<Uint8Array, undefined> {
  const pieces = new Pieces()
  // Leaving a loop over the stream itself would reset it.
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    pieces.add(chunk as Buffer)
    for (let message = pieces.take(); message !== undefined; message = pieces.take()) yield message
  }
  if (pieces.bytes > 0 && !stream.aborted) throw brokenMessage('ended within a message')
}

/** What has come of a message, joined once it is whole. */
class Pieces {
  bytes = 0
  #pieces: Buffer[] = []
  /** Of the message that is coming, with its prefix; it is unknown before the prefix is there. */
  #wanted: number | undefined

  add(piece: Buffer): void {
    this.#pieces.push(piece)
    this.bytes += piece.byteLength
  }

  take(): Uint8Array | undefined {
    if (this.#wanted === undefined) {
      if (this.bytes < prefixBytes) return undefined
      const [prefix] = this.#join(prefixBytes)
      if (prefix.readUInt8(0) !== 0) throw brokenMessage('sent a message that is compressed')
      const length = prefix.readUInt32BE(1)
      if (length > mostMessageBytes)
        throw brokenMessage(`sent a message of ${length} bytes, where ${mostMessageBytes} are the most`)
      this.#wanted = prefixBytes + length
    }
    if (this.bytes < this.#wanted) return undefined
    const [whole, rest] = this.#join(this.#wanted)
    this.#pieces = rest.byteLength === 0 ? [] : [rest]
    this.bytes = rest.byteLength
    this.#wanted = undefined
    return whole.subarray(prefixBytes)
  }

  /** The first bytes, and those behind them. */
  #join(length: number): readonly [Buffer, Buffer] {
    const whole = this.#pieces.length === 1 ? (this.#pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#pieces)
    this.#pieces = [whole]
    return [whole.subarray(0, length), whole.subarray(length)]
  }
}

function brokenMessage(what: string): TransportError {
  return new TransportError('protocol', `the engine ${what} on the session of a build`)
}
