import { Duplex } from 'node:stream'
import type { ClientChannel } from 'ssh2'

/** A channel, or why there is none. */
export type OpenChannel = () => Promise<ClientChannel>

/**
 * One channel of an ssh connection in the form of a socket: what is written before it is open waits, a half-close goes
 * through, and back-pressure is honoured both ways. Emits `connect` as a socket does.
 */
export class SshSocket extends Duplex {
  /** As of a socket: an answer has begun when it grows. */
  bytesRead = 0
  readonly #opening: Promise<ClientChannel | undefined>
  #channel: ClientChannel | undefined

  constructor(open: OpenChannel) {
    super({ allowHalfOpen: true, autoDestroy: true })
    this.#opening = open().then(
      (channel) => this.#connected(channel),
      (error: unknown) => {
        this.destroy(error instanceof Error ? error : new Error(String(error)))
        return undefined
      },
    )
  }

  // What an HTTP agent asks of a socket; the connection below is one for all channels.
  setKeepAlive(): this {
    return this
  }

  setNoDelay(): this {
    return this
  }

  setTimeout(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  override _read(): void {
    this.#channel?.resume()
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#whenOpen(callback, (channel) => channel.write(chunk, callback))
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#whenOpen(callback, (channel) => {
      channel.end()
      callback()
    })
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    void this.#closeChannel()
    callback(error)
  }

  /** One that opens later is closed when it does. */
  async #closeChannel(): Promise<void> {
    const channel = await this.#opening
    channel?.close()
  }

  #whenOpen(callback: (error?: Error | null) => void, work: (channel: ClientChannel) => void): void {
    if (this.#channel !== undefined) return work(this.#channel)
    void this.#opening.then((channel) => {
      if (channel === undefined || this.destroyed) callback(new Error('the ssh channel is closed'))
      else work(channel)
    })
  }

  #connected(channel: ClientChannel): ClientChannel {
    this.#channel = channel
    channel.on('data', (chunk: Buffer) => {
      this.bytesRead += chunk.byteLength
      if (!this.push(chunk)) channel.pause()
    })
    channel.on('end', () => this.push(null))
    channel.on('error', (error: Error) => this.destroy(error))
    channel.on('close', () => {
      // What came before is still read; then the other side is gone.
      if (!this.readableEnded) this.push(null)
      if (!this.writableFinished) this.destroy()
    })
    if (!this.destroyed) this.emit('connect')
    return channel
  }
}
