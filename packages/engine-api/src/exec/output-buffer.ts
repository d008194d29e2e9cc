import { createStream, type LogChunk, type RuntimeStream } from '@moorage/runtime-core'

/** How much is read ahead, so that what an engine says instead of starting a process is heard. */
const aheadBytes = 64 * 1024

/** More than the buffers on the way can hold of a process that writes no more. */
const remainderBytes = 16 * 1024 * 1024

/** Output that is read a little ahead of its reader: until the bound, and then only as it is read. */
export class OutputBuffer {
  readonly #chunks: AsyncIterator<LogChunk, undefined>
  readonly #onFailure: ((error: unknown) => void) | undefined
  readonly #ready: LogChunk[] = []
  #readyBytes = 0
  #end: { readonly error?: unknown } | undefined
  #reading: Promise<void> | undefined
  #readingSince = 0
  #bound = aheadBytes

  constructor(chunks: AsyncIterator<LogChunk, undefined>, onFailure?: (error: unknown) => void) {
    this.#chunks = chunks
    this.#onFailure = onFailure
    this.#readAhead()
  }

  /** Nothing more will come than what is kept here. */
  get isOver(): boolean {
    return this.#end !== undefined
  }

  /** Since when nothing has come that was waited for; output that nobody takes is not silent. On the clock of `performance`. */
  get silentSince(): number {
    return this.#reading === undefined && !this.isOver ? performance.now() : this.#readingSince
  }

  /**
   * Takes what a process that has ended, or was killed, has written, whether or not anybody reads: engines tell of its end only
   * once they have handed its output over.
   */
  takeRemainder(): void {
    this.#bound = remainderBytes
    this.#readAhead()
  }

  /** What is kept here can still be read, and then this. */
  fail(error: unknown): void {
    this.#end ??= { error }
  }

  /** What is kept here, as text. */
  peekText(): string {
    return Buffer.concat(this.#ready.map(({ bytes }) => bytes)).toString('utf8')
  }

  /** All of the output, once; `onEnd` is called when it has ended, or was left. */
  stream(failed: (error: unknown) => unknown, onEnd?: () => void): RuntimeStream<LogChunk> {
    const release = (): void => {
      onEnd?.()
      this.#end ??= {}
      this.#chunks.return?.().catch(() => undefined)
    }
    return createStream<LogChunk>(
      () => ({
        pull: async () => {
          for (;;) {
            const chunk = this.#ready.shift()
            if (chunk !== undefined) {
              this.#readyBytes -= chunk.bytes.byteLength
              this.#readAhead()
              return { done: false, value: chunk }
            }
            if (this.#end !== undefined) {
              onEnd?.()
              if ('error' in this.#end) throw failed(this.#end.error)
              return { done: true, value: undefined }
            }
            this.#readAhead()
            await this.#reading
          }
        },
        release,
      }),
      release,
    )
  }

  #readAhead(): void {
    if (this.#reading !== undefined || this.#end !== undefined || this.#readyBytes >= this.#bound) return
    this.#readingSince = performance.now()
    this.#reading = this.#readOne().finally(() => {
      this.#reading = undefined
      this.#readAhead()
    })
  }

  async #readOne(): Promise<void> {
    try {
      const result = await this.#chunks.next()
      if (result.done === true) {
        this.#end ??= {}
        return
      }
      this.#ready.push(result.value)
      this.#readyBytes += result.value.bytes.byteLength
    } catch (error) {
      if (this.#end !== undefined) return
      this.#end = { error }
      this.#onFailure?.(error)
    }
  }
}
