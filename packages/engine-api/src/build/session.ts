import { randomUUID } from 'node:crypto'
import type { EngineClient } from '../client/client.ts'
import { AnswerError, errorLimitBytes, errorMessage } from '../client/answer-error.ts'
import { connectionLost } from '../transport/errors.ts'
import { serveGrpc, unary, type GrpcMethod } from './grpc.ts'
import { messageOf, type Wire } from './messages.ts'

/** A connection on which the engine asks us for what a build needs. */
export interface BuildSession extends AsyncDisposable {
  readonly id: string
}

const serving = 1

export interface SessionOptions {
  readonly sharedKey: string
  readonly signal: AbortSignal | undefined
  /** Sees the end of the connection, where it comes before the session is disposed of, and what fails in a method. */
  readonly onFailure: (error: unknown) => void
}

/** `POST /session`: it becomes HTTP/2, with the engine as the client. Nothing is left of it once it is disposed of. */
export async function openSession(
  client: EngineClient,
  wire: Wire,
  methods: Readonly<Record<string, GrpcMethod>>,
  { sharedKey, signal, onFailure }: SessionOptions,
): Promise<BuildSession> {
  const id = randomUUID()
  // Without it the engine takes the session for dead after seconds.
  const health = { '/grpc.health.v1.Health/Check': unary(() => messageOf(wire, { 1: serving })) }
  const all = { ...health, ...methods }
  const answer = await client.transport.upgradeSocket({
    method: 'POST',
    path: `/v${client.apiVersion}/session`,
    headers: {
      connection: 'Upgrade',
      upgrade: 'h2c',
      'x-docker-expose-session-uuid': id,
      'x-docker-expose-session-name': 'moorage',
      'x-docker-expose-session-sharedkey': sharedKey,
      'x-docker-expose-session-grpc-method': Object.keys(all),
    },
    ...(signal && { signal }),
  })
  if (!answer.upgraded) {
    throw new AnswerError('POST /session', answer.status, errorMessage(await answer.body.readText(errorLimitBytes)))
  }
  const socket = answer.stream
  const session = await serveGrpc(socket, all, onFailure)
  const lost = (): void => onFailure(connectionLost('on which the engine asks for what a build needs'))
  session.once('close', lost)
  return {
    id,
    async [Symbol.asyncDispose]() {
      session.off('close', lost)
      // In the turn of its beginning a session cannot be ended.
      await new Promise((resolve) => setImmediate(resolve))
      if (!session.closed) session.destroy()
      socket.destroy()
    },
  }
}
