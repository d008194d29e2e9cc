import { ownFailure, perform, type Call, type Meanings } from '../errors/failure.ts'
import { TransportError } from '../transport/errors.ts'
import type { HijackedStream } from '../transport/hijack.ts'

export interface ProcessInputOptions {
  readonly meanings: Meanings
  /** Whether it is known already that the process has ended. */
  readonly isOver: () => boolean
  /** Asked when the engine takes no more: whether that is because the process has ended. */
  readonly hasEnded: () => Promise<boolean>
}

/** What a caller writes to a process over a hijacked connection. */
export class ProcessInput {
  readonly #call: Call
  readonly #stream: HijackedStream
  readonly #options: ProcessInputOptions

  constructor(call: Call, stream: HijackedStream, options: ProcessInputOptions) {
    this.#call = call
    this.#stream = stream
    this.#options = options
  }

  /** STDIN_CLOSED once the process has ended: engines close its connection, as a daemon that dies does. */
  write(bytes: string | Uint8Array): Promise<void> {
    const { meanings, isOver, hasEnded } = this.#options
    return perform(this.#call, meanings, async () => {
      if (isOver()) throw inputClosed(this.#call, processEnded)
      try {
        await this.#stream.write(bytes)
      } catch (error) {
        const isLost = error instanceof TransportError && error.kind === 'connection-lost'
        if (!isLost || !(await hasEnded())) throw error
        throw inputClosed(this.#call, processEnded, error)
      }
    })
  }

  end(): Promise<void> {
    return perform(this.#call, this.#options.meanings, () => this.#stream.end())
  }
}

const processEnded = 'its process has ended'

export function inputClosed(call: Call, why: string, cause?: unknown): Error {
  return ownFailure(call, 'STDIN_CLOSED', {}, `nothing more can be written: ${why}.`, { cause })
}
