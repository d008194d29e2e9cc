import type { Http2Session, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { Duplex } from 'node:stream'
import { drainedOrClosed } from './drain.ts'

/** The codes of gRPC that are answered here. */
export const grpcStatus = { ok: 0, notFound: 5, unimplemented: 12, internal: 13 } as const

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
  /** Every value of a key, in order: Node itself would join them. */
  readonly metadata: (key: string) => readonly string[]
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

/** Serves the methods on a connection that speaks HTTP/2 from its first byte. */
export async function serveGrpc(
  socket: Duplex,
  methods: Readonly<Record<string, GrpcMethod>>,
): Promise<Pick<Http2Session, 'destroy' | 'closed'>> {
  const { performServerHandshake } = await import('node:http2')
  const session = performServerHandshake(socket)
  // What ends the session ends its calls; nobody else is to be told.
  session.on('error', () => undefined)
  const accept = (
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    _flags: number,
    rawHeaders: readonly string[],
  ): void => {
    stream.on('error', () => undefined)
    void serve(stream, headers, rawHeaders, methods)
  }
  session.on('stream', accept)
  return session
}

async function serve(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
  methods: Readonly<Record<string, GrpcMethod>>,
): Promise<void> {
  const method = methods[headers[':path'] ?? '']
  let trailers = { 'grpc-status': String(grpcStatus.ok), 'grpc-message': '' }
  stream.once('wantTrailers', () => {
    if (!stream.destroyed) stream.sendTrailers(trailers)
  })
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  try {
    if (method === undefined) throw new GrpcError(grpcStatus.unimplemented, 'there is no such method')
    await method({
      metadata: (key) => rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1] === key),
      messages: messagesOf(stream),
      send: (message) => send(stream, message),
    })
  } catch (error) {
    const code = error instanceof GrpcError ? error.code : grpcStatus.internal
    const text = error instanceof Error ? error.message : String(error)
    trailers = { 'grpc-status': String(code), 'grpc-message': encodeURIComponent(text) }
  }
  if (!stream.destroyed) stream.end()
}

async function send(stream: ServerHttp2Stream, message: Uint8Array): Promise<void> {
  const framed = Buffer.allocUnsafe(prefixBytes + message.byteLength)
  framed.writeUInt8(0)
  framed.writeUInt32BE(message.byteLength, 1)
  framed.set(message, prefixBytes)
  if (!stream.destroyed && stream.write(framed)) return
  if (!stream.destroyed) await drainedOrClosed(stream)
  if (stream.destroyed) throw new Error('the call is over')
}

async function* messagesOf(stream: ServerHttp2Stream): AsyncGenerator<Uint8Array, undefined> {
  let rest: Buffer = Buffer.alloc(0)
  // Leaving a loop over the stream itself would reset it.
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    rest = rest.byteLength === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer])
    while (rest.byteLength >= prefixBytes) {
      const length = rest.readUInt32BE(1)
      if (rest.byteLength < prefixBytes + length) break
      yield rest.subarray(prefixBytes, prefixBytes + length)
      rest = rest.subarray(prefixBytes + length)
    }
  }
}
