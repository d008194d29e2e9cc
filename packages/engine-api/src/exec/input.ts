import { ownFailure, perform, type Call, type Meanings } from '../errors/failure.ts'
import { TransportError } from '../transport/errors.ts'
import type { HijackedStream } from '../transport/hijack.ts'
import { windows, type InputGate } from './input-gate.ts'
import type { Typing } from './terminal.ts'

export interface ProcessInputOptions {
  readonly meanings: Meanings
  /** Whether it is known already that the process has ended. */
  readonly isOver: () => boolean
  /** Asked when the engine takes no more: whether that is because the process has ended. */
  readonly hasEnded: () => Promise<boolean>
  /** Of a process whose terminal is told of the end of its input. */
  readonly typing?: Typing
  readonly gate?: InputGate | undefined
}

/** What a caller writes to a process over a hijacked connection. */
export class ProcessInput {
  readonly #call: Call
  readonly #stream: HijackedStream
  readonly #options: ProcessInputOptions
  #ended: Promise<void> | undefined
  /** Settles when what was written before has gone through the gate. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(call: Call, stream: HijackedStream, options: ProcessInputOptions) {
    this.#call = call
    this.#stream = stream
    this.#options = options
  }

  /** STDIN_CLOSED once the process has ended: engines close its connection, as a daemon that dies does. */
  write(bytes: string | Uint8Array): Promise<void> {
    const { meanings, isOver, hasEnded, typing } = this.#options
    return perform(this.#call, meanings, async () => {
      if (isOver()) throw inputClosed(this.#call, processEnded)
      if (this.#ended !== undefined) throw inputClosed(this.#call, 'its input has been ended')
      try {
        typing?.note(bytes)
        await this.#write(bytes)
      } catch (error) {
        const isLost = error instanceof TransportError && error.kind === 'connection-lost'
        if (!isLost || !(await hasEnded())) throw error
        throw inputClosed(this.#call, processEnded, error)
      }
    })
  }

  end(): Promise<void> {
    this.#ended ??= perform(this.#call, this.#options.meanings, () => this.#end())
    return this.#ended
  }

  async #write(bytes: string | Uint8Array): Promise<void> {
    const { gate } = this.#options
    if (gate === undefined) return this.#stream.write(bytes)
    const written = this.#queue.then(async () => {
      for (const window of windows(bytes)) {
        if (!(await gate.admits(window.length))) throw inputClosed(this.#call, processEnded)
        await this.#stream.write(window)
      }
    })
    this.#queue = written.catch(() => undefined)
    return written
  }

  async #end(): Promise<void> {
    const { typing, isOver } = this.#options
    await this.#queue
    // A half-close would have Docker take a terminal's output for ended too.
    if (typing === undefined) await this.#stream.end()
    else if (!isOver()) await this.#stream.write(typing.end)
  }
}

const processEnded = 'its process has ended'

export function inputClosed(call: Call, why: string, cause?: unknown): Error {
  return ownFailure(call, 'STDIN_CLOSED', {}, `nothing more can be written: ${why}.`, { cause })
}
