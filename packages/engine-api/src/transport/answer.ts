import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ByteSource, ByteStream } from './byte-stream.ts'
import type { Inbound } from './exchange.ts'
import type { Lifetime } from './lifetime.ts'
import type { Head, ResponseBody } from './message.ts'

/** The status of engines that answer an upgrade with the raw bytes as an ordinary body. */
const RAW_BODY_STATUS = 200

export function headOf(inbound: Inbound): Head {
  return { status: inbound.message.statusCode ?? 0, headers: inbound.message.headers }
}

/** The body of an ordinary answer: the call is over with its last byte. */
export function answerBody(inbound: Inbound, call: Lifetime): ResponseBody {
  const { message, request, upload } = inbound
  const drop = (): void => {
    upload.cancel()
    request.destroy()
  }
  return new ByteStream({
    readable: message,
    call,
    cut: cutWatch(message),
    onEnd: () => {
      call.finish()
      // Answered before all was sent: what is left of the request would be read as the next one.
      if (!upload.isDone()) drop()
    },
    drop,
  })
}

export function refusedUpgrade(
  inbound: Inbound,
  call: Lifetime,
): Head & { readonly upgraded: false; readonly body: ResponseBody } {
  return { ...headOf(inbound), upgraded: false, body: answerBody(inbound, call) }
}

/** The two directions of the connection that was asked for, unless the answer is a refusal. */
export function hijacked(
  inbound: Inbound,
  call: Lifetime,
): { readonly output: ByteStream; readonly socket: Duplex } | undefined {
  const { socket, message, request } = inbound
  if (socket !== undefined) {
    const output = new ByteStream({
      readable: socket,
      call,
      cut: () => undefined,
      onEnd: () => {},
      drop: () => socket.destroy(),
    })
    return { output, socket }
  }
  if (message.statusCode !== RAW_BODY_STATUS) return undefined
  const output = new ByteStream({
    readable: message,
    call,
    cut: cutWatch(message),
    onEnd: () => {},
    drop: () => request.destroy(),
  })
  return { output, socket: message.socket }
}

/**
 * A body without a length ends with its connection, and for Node also with a reset one: only the socket still knows,
 * which the message has let go of by then. What failed must be its reading, since a failed write is told once all has
 * been read, and cuts nothing.
 */
function cutWatch(message: IncomingMessage): ByteSource['cut'] {
  const { socket } = message
  return () => {
    if (!message.complete) return { cause: undefined }
    const failure = socket.errored
    return failure !== null && 'syscall' in failure && failure.syscall === 'read' ? { cause: failure } : undefined
  }
}
