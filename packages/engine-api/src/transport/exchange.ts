import { type Agent, type ClientRequest, type IncomingMessage, request as openRequest } from 'node:http'
import type { Duplex } from 'node:stream'
import { connectionLost, errorCode, errorText, TransportError } from './errors.ts'
import type { Lifetime } from './lifetime.ts'
import { type Headers, type Outgoing, outgoingHeaders, requestName } from './message.ts'
import { nothingToUpload, type Upload, upload } from './upload.ts'

/** From this status on the engine has made up its mind, and the rest of an upload is not sent. */
const FIRST_REFUSAL = 300

/** One request, ready to be sent. */
export interface Outbound {
  readonly agent: Agent
  readonly method: string
  readonly target: string
  readonly host: string
  readonly headers: Headers | undefined
  readonly body: Outgoing
  readonly call: Lifetime
  /** The engine, as errors name it. */
  readonly engine: string
  /** Whether this socket had been connected when it failed. */
  readonly wasConnected: (socket: Duplex) => boolean
}

/** The head of an answer has arrived. */
export interface Inbound {
  readonly request: ClientRequest
  readonly message: IncomingMessage
  readonly upload: Upload
  /** The bare connection after a 101, with nothing of it lost. */
  readonly socket?: Duplex
}

/** A kept connection turned out to be dead before a byte of the answer came: it may be that nothing was wrong with the engine. */
export class StaleConnection {
  readonly error: TransportError
  constructor(error: TransportError) {
    this.error = error
  }
}

/**
 * Sends a request and waits for the head of its answer, however long that takes; resolves with what `accept` makes of
 * it. `accept` runs within the event that brings the head, so that nothing can happen to the call in between.
 * Resolves with `StaleConnection` where a kept connection failed and the caller may choose to send once more.
 */
export function exchange<Answer>(
  outbound: Outbound,
  accept: (inbound: Inbound) => Answer,
): Promise<Answer | StaleConnection> {
  const { call, body, agent, method } = outbound
  return new Promise((resolve, reject) => {
    const headers = outgoingHeaders(outbound.host, outbound.headers, body)
    const request = openRequest({ agent, method, path: outbound.target, headers, setHost: false })
    let bytesReadBefore = 0
    let sending = nothingToUpload
    let settled = false

    call.whenStopped((reason) => {
      settled = true
      sending.cancel()
      request.destroy()
      reject(reason)
    })
    const fail = (error?: Error): void => {
      sending.cancel()
      if (settled) return
      settled = true
      const described = describeFailure(outbound, request, error)
      const silent = request.socket === null || request.socket.bytesRead === bytesReadBefore
      if (request.reusedSocket && silent && isReset(error)) resolve(new StaleConnection(described))
      else reject(described)
    }
    const succeed = (message: IncomingMessage, socket?: Duplex): void => {
      settled = true
      if ((message.statusCode ?? 0) >= FIRST_REFUSAL) sending.cancel()
      const inbound = { request, message, upload: sending }
      resolve(accept(socket === undefined ? inbound : { ...inbound, socket }))
    }

    request.once('socket', (socket) => {
      bytesReadBefore = socket.bytesRead
    })
    request.on('error', fail)
    request.once('close', () => fail())
    request.once('response', (message) => succeed(message))
    request.once('upgrade', (message, socket, head) => {
      // A frame may have come in the same packet as the 101: it belongs in front of what follows.
      if (head.length > 0) socket.unshift(head)
      succeed(message, socket)
    })

    if (body.kind === 'none') request.end()
    else if (body.kind === 'whole') request.end(body.bytes)
    else sending = upload(body.source, request, (error) => call.stop(error))
  })
}

/** Failures of a read or write that say that the other side is gone. */
function isReset(error: Error | undefined): boolean {
  const code = errorCode(error)
  return code === 'ECONNRESET' || code === 'EPIPE'
}

function describeFailure(outbound: Outbound, request: ClientRequest, error: Error | undefined): TransportError {
  const what = requestName(outbound.method, outbound.target)
  if (errorCode(error)?.startsWith('HPE_') === true) {
    // Without the parser's error as the cause: it holds the bytes that were received.
    return new TransportError('protocol', `${outbound.engine} did not answer ${what} in HTTP: ${errorText(error)}`)
  }
  const socket = request.socket
  if (socket === null || !outbound.wasConnected(socket)) {
    const detail = error === undefined ? '' : `: ${errorText(error)}`
    return new TransportError('unavailable', `cannot connect to ${outbound.engine}${detail}`, { cause: error })
  }
  return connectionLost(`before ${outbound.engine} answered ${what}`, error)
}
