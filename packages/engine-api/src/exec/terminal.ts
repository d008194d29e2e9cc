/** What a terminal takes for the end of its input at the beginning of a line; within one it only hands the line over. */
const endOfTransmission = '\x04'
const newline = 0x0a

/** What has been typed at a terminal, as far as its end needs to know. */
export class Typing {
  #isWithinLine = false

  note(piece: string | Uint8Array): void {
    if (piece.length === 0) return
    this.#isWithinLine = typeof piece === 'string' ? !piece.endsWith('\n') : piece.at(-1) !== newline
  }

  /** What ends the input for a program that reads lines; one in raw mode sees the bytes. */
  get end(): string {
    return this.#isWithinLine ? endOfTransmission.repeat(2) : endOfTransmission
  }
}
