import type { Duplex } from 'node:stream'
import type { ByteStream } from './byte-stream.ts'
import { connectionLost, TransportError } from './errors.ts'
import type { Lifetime } from './lifetime.ts'

/** How the write side is ended: a pipe of Windows has no half-close, and takes an empty message for one. */
export type HalfClose = 'shutdown' | 'empty-message'

/** The two directions of a hijacked connection, and what closes both. */
export interface HijackedConnection {
  readonly output: ByteStream
  readonly socket: Duplex
  readonly call: Lifetime
  readonly halfClose: HalfClose
}

interface PendingWrite {
  readonly resolve: () => void
  readonly reject: (reason: unknown) => void
}

/**
 * A connection that the engine has handed over: an attached container's or an exec's input and output. The call's
 * signal and the closing of the transport reach it for as long as it is open. On a raw connection a daemon that dies
 * can look like an end: whether the process is over is for the engine to be asked.
 */
export class HijackedStream implements AsyncDisposable {
  /** What comes from the engine, from the first byte after the head. */
  readonly output: ByteStream
  readonly #socket: Duplex
  readonly #call: Lifetime
  readonly #halfClose: HalfClose
  readonly #pending = new Set<PendingWrite>()
  #inputEnded: Promise<void> | undefined
  #destroyed = false

  constructor(connection: HijackedConnection) {
    this.output = connection.output
    this.#socket = connection.socket
    this.#call = connection.call
    this.#halfClose = connection.halfClose
    this.#socket.on('drain', () => this.#settleWrites())
    // What ends the output is the output's to report; here it only ends the writing.
    this.#socket.on('error', (error) => this.#settleWrites(error))
    this.#socket.once('close', () => {
      this.#settleWrites(connectionLost('while writing'))
      this.#call.finish()
    })
  }

  /** Whether it was closed on this side. */
  get isDestroyed(): boolean {
    return this.#destroyed
  }

  /** Resolves when more may be written; rejects once the engine takes no more, or the stream is stopped. */
  write(bytes: Uint8Array | string): Promise<void> {
    const refusal = this.#refusal()
    if (refusal !== undefined) return Promise.reject(refusal.reason)
    if (this.#socket.write(bytes)) return Promise.resolve()
    return new Promise((resolve, reject) => this.#pending.add({ resolve, reject }))
  }

  /** Ends the input (the process reads EOF) and leaves the output open. Resolves once all that was written has gone out. */
  end(): Promise<void> {
    this.#inputEnded ??= this.#endInput()
    return this.#inputEnded
  }

  /** Closes both directions at once; a pending read ends, a pending write rejects. */
  destroy(): void {
    this.#destroyed = true
    void this.output.return()
    this.#socket.destroy()
    this.#call.finish()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy()
  }

  #refusal(): { readonly reason: unknown } | undefined {
    if (this.#call.stopped !== undefined) return this.#call.stopped
    if (this.#destroyed) return { reason: streamClosed() }
    if (this.#inputEnded !== undefined) return { reason: new TransportError('input-ended', 'the input has been ended') }
    if (!this.#socket.writable) return { reason: connectionLost('while writing') }
    return undefined
  }

  #endInput(): Promise<void> {
    const refusal = this.#refusal()
    // An input that the engine has closed already is as ended as it can be.
    if (refusal !== undefined)
      return this.#call.stopped === undefined ? Promise.resolve() : Promise.reject(refusal.reason)
    return new Promise((resolve, reject) => {
      this.#pending.add({ resolve, reject })
      // No 'drain' follows an end: what still waits to be written is settled together with it.
      const sent = (error?: Error | null): void => this.#settleWrites(error ?? undefined)
      if (this.#halfClose === 'empty-message') this.#socket.write(new Uint8Array(0), sent)
      else this.#socket.end(sent)
    })
  }

  #settleWrites(error?: Error): void {
    if (this.#pending.size === 0) return
    const pending = [...this.#pending]
    this.#pending.clear()
    for (const write of pending) {
      if (error === undefined) write.resolve()
      else write.reject(this.#failure(error))
    }
  }

  #failure(error: Error): unknown {
    if (this.#call.stopped !== undefined) return this.#call.stopped.reason
    if (this.#destroyed) return streamClosed()
    return error instanceof TransportError ? error : connectionLost('while writing', error)
  }
}

function streamClosed(): TransportError {
  return new TransportError('input-ended', 'the stream has been left')
}
