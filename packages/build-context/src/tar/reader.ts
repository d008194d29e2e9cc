/** Bytes of an iterable, in pieces of the sizes that are asked for. */
export class ByteReader implements AsyncDisposable {
  readonly #source: AsyncIterator<Uint8Array, unknown>
  #chunk: Uint8Array = new Uint8Array(0)
  #isOver = false

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** The next bytes, at most so many; `undefined` at the end. They are the source's own: read them, do not change them. */
  async some(mostBytes: number): Promise<Uint8Array | undefined> {
    while (this.#chunk.byteLength === 0) {
      if (this.#isOver) return undefined
      const { done, value } = await this.#source.next().catch((error: unknown) => {
        this.#isOver = true
        throw error
      })
      if (done === true) this.#isOver = true
      else this.#chunk = value
    }
    const piece = this.#chunk.subarray(0, mostBytes)
    this.#chunk = this.#chunk.subarray(piece.byteLength)
    return piece
  }

  /** A copy of so many bytes; of fewer where the source ends before. */
  async exactly(byteLength: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(byteLength)
    let filled = 0
    while (filled < byteLength) {
      const piece = await this.some(byteLength - filled)
      if (piece === undefined) return bytes.subarray(0, filled)
      bytes.set(piece, filled)
      filled += piece.byteLength
    }
    return bytes
  }

  /** Closes the source where it has not ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    await this.#source.return?.()
  }
}
