import { Agent } from 'node:http'
import type { Duplex } from 'node:stream'
import { connect, holdWriteErrors, whenConnected } from './connect.ts'
import { type Endpoint, formatAddress, printableEndpoint } from './endpoint.ts'
import { transportClosed } from './errors.ts'
import { answerBody, headOf, hijacked, refusedUpgrade } from './answer.ts'
import { exchange, type Inbound, type Outbound, StaleConnection } from './exchange.ts'
import { HijackedStream } from './hijack.ts'
import { Lifetime } from './lifetime.ts'
import {
  outgoingBody,
  type RequestOptions,
  type Response,
  target,
  type Upgraded,
  type UpgradeOptions,
  type UpgradeResponse,
} from './message.ts'
import { Slots } from './slots.ts'
import { SshConnection } from './ssh/connection.ts'

export interface TransportOptions {
  readonly endpoint: Endpoint
  /** How many ordinary calls are under way at once, and how many idle connections are kept; 32 unless given, over ssh 8. */
  readonly maxCalls?: number
}

const DEFAULT_MAX_CALLS = 32
/** Servers usually allow ten channels on a connection, of which streams need some. */
const SSH_MAX_CALLS = 8

/** The methods that may be sent again when a kept connection turns out to be dead: they change nothing. */
const REPEATABLE = new Set(['GET', 'HEAD'])

/** Hands the agent's connections to the transport, which keeps account of them. */
class TrackedAgent extends Agent {
  readonly #open: () => Duplex

  constructor(open: () => Duplex, keep: { readonly keepAlive: boolean; readonly maxFreeSockets: number }) {
    super(keep)
    this.#open = open
  }

  override createConnection(): Duplex {
    return this.#open()
  }
}

/**
 * HTTP to one engine. Short calls share a bounded number of kept connections; a call whose answer lasts, whose body
 * is streamed, or which is upgraded does not count against the bound, so that no number of them can hold up others.
 * There are no timeouts: a deadline is the caller's signal.
 */
export class Transport implements AsyncDisposable {
  readonly endpoint: Endpoint
  readonly #kept: TrackedAgent
  readonly #single: TrackedAgent
  readonly #slots: Slots
  readonly #sockets = new Set<Duplex>()
  readonly #connected = new WeakSet<Duplex>()
  readonly #calls = new Set<Lifetime>()
  readonly #host: string
  readonly #engine: string
  readonly #wasConnected = (socket: Duplex): boolean => this.#connected.has(socket)
  #ssh: SshConnection | undefined
  #closing: Promise<void> | undefined

  constructor(options: TransportOptions) {
    const { endpoint, maxCalls = endpoint.kind === 'ssh' ? SSH_MAX_CALLS : DEFAULT_MAX_CALLS } = options
    this.endpoint = endpoint
    this.#host = endpoint.kind === 'tcp' ? formatAddress(endpoint.host, endpoint.port) : 'localhost'
    this.#engine = printableEndpoint(endpoint)
    this.#slots = new Slots(maxCalls)
    const open = (): Duplex => this.#open()
    this.#kept = new TrackedAgent(open, { keepAlive: true, maxFreeSockets: maxCalls })
    this.#single = new TrackedAgent(open, { keepAlive: false, maxFreeSockets: 0 })
  }

  /** The connections that are open or being opened, idle ones included. */
  get openSockets(): number {
    return this.#sockets.size
  }

  /** Sends a request; resolves when the head of the answer is there. Any status is an answer, none is an error here. */
  request(options: RequestOptions): Promise<Response> {
    return this.#run(options.signal, (call) => this.#send(options, call))
  }

  /**
   * Asks for the connection itself (attach, exec). Engines answer 101, older ones 200 with the raw bytes as the body;
   * any other answer is an ordinary one. The signal goes on to reach the stream for as long as it is open.
   */
  upgrade(options: UpgradeOptions): Promise<UpgradeResponse> {
    const halfClose = this.endpoint.kind === 'npipe' ? 'empty-message' : 'shutdown'
    return this.#run(options.signal, (call) =>
      this.#sendUpgrade(options, call, (inbound) => {
        const connection = hijacked(inbound, call)
        if (connection === undefined) return refusedUpgrade(inbound, call)
        return { ...headOf(inbound), upgraded: true, stream: new HijackedStream({ ...connection, call, halfClose }) }
      }),
    )
  }

  /**
   * As `upgrade`, for a protocol of its own on the connection (HTTP/2 of a build session): resolves with the bare
   * connection, which nobody reads yet. Only a 101 is an upgrade here. The signal and `close()` destroy it.
   */
  upgradeSocket(options: UpgradeOptions): Promise<Upgraded<Duplex>> {
    return this.#run(options.signal, (call) =>
      this.#sendUpgrade(options, call, (inbound) => {
        const { socket } = inbound
        if (socket === undefined) return refusedUpgrade(inbound, call)
        call.whenStopped(() => socket.destroy())
        // The protocol on top has listeners of its own, but a little later; a reset until then must not be unhandled.
        socket.on('error', () => {})
        socket.once('close', () => call.finish())
        return { ...headOf(inbound), upgraded: true, stream: socket }
      }),
    )
  }

  /** A connection of its own to the engine, for whoever speaks HTTP on it himself. */
  openConnection(): Duplex {
    return this.#open()
  }

  /** Ends every call and stream with the `closed` error and resolves once no connection is left; may be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#shutDown()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #shutDown(): Promise<void> {
    const reason = transportClosed()
    for (const call of [...this.#calls]) call.stop(reason)
    this.#kept.destroy()
    this.#single.destroy()
    const closed = [...this.#sockets].map(
      (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
    )
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all(closed)
    this.#ssh?.close()
  }

  async #run<Answer>(signal: AbortSignal | undefined, send: (call: Lifetime) => Promise<Answer>): Promise<Answer> {
    if (signal?.aborted === true) throw signal.reason
    if (this.#closing !== undefined) throw transportClosed()
    const call = new Lifetime(signal, this.#calls)
    try {
      return await send(call)
    } catch (error) {
      call.finish()
      throw error
    }
  }

  async #send(options: RequestOptions, call: Lifetime): Promise<Response> {
    const outbound = this.#outbound(options, options.method ?? 'GET', call)
    const streamed = outbound.body.kind === 'chunks'
    // A streamed body may itself depend on another call, and must not wait for a slot that the other one needs.
    const release = streamed || options.lasting === true ? undefined : await this.#slots.take(call)
    try {
      const accept = (inbound: Inbound): Response => ({ ...headOf(inbound), body: answerBody(inbound, call) })
      throwIfStopped(call)
      const answer = await exchange({ ...outbound, agent: streamed ? this.#single : this.#kept }, accept)
      if (!(answer instanceof StaleConnection)) return answer
      throwIfStopped(call)
      if (!REPEATABLE.has(outbound.method) || outbound.body.kind !== 'none') throw answer.error
      // On a connection of its own, for the other kept ones may be as dead as the first.
      return fresh(await exchange({ ...outbound, agent: this.#single }, accept))
    } finally {
      // A body that came with its head is over, and its connection free again, by the end of this turn.
      if (release !== undefined) setImmediate(release)
    }
  }

  async #sendUpgrade<Answer>(
    options: UpgradeOptions,
    call: Lifetime,
    accept: (inbound: Inbound) => Answer,
  ): Promise<Answer> {
    const outbound = this.#outbound(options, options.method ?? 'POST', call)
    const headers = { connection: 'Upgrade', upgrade: 'tcp', ...options.headers }
    return fresh(await exchange({ ...outbound, headers, agent: this.#single }, accept))
  }

  #outbound(options: UpgradeOptions, method: string, call: Lifetime): Omit<Outbound, 'agent'> {
    return {
      method,
      target: target(options.path, options.query),
      host: this.#host,
      headers: options.headers,
      body: outgoingBody(options.body),
      call,
      engine: this.#engine,
      wasConnected: this.#wasConnected,
    }
  }

  #open(): Duplex {
    const socket = this.#connect()
    this.#sockets.add(socket)
    whenConnected(this.endpoint, socket, () => this.#connected.add(socket))
    socket.once('close', () => this.#sockets.delete(socket))
    return socket
  }

  #connect(): Duplex {
    const { endpoint } = this
    if (endpoint.kind !== 'ssh') return connect(endpoint)
    this.#ssh ??= new SshConnection(endpoint, endpoint.ssh ?? {})
    const socket = this.#ssh.open()
    holdWriteErrors(socket)
    return socket
  }
}

/** A connection made for the request cannot have been a stale one. */
function fresh<Answer>(answer: Answer | StaleConnection): Answer {
  if (answer instanceof StaleConnection) throw answer.error
  return answer
}

function throwIfStopped(call: Lifetime): void {
  if (call.stopped !== undefined) throw call.stopped.reason
}
