import { setTimeout as delay } from 'node:timers/promises'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { until } from '../client/signals.ts'
import { findProcess } from '../containers/live-process.ts'
import { TransportError } from '../transport/errors.ts'
import { execJson } from './inspect.ts'

/** One message between Podman and conmon. */
const pieceBytes = 8 * 1024

/** As much as the pipe of a process holds: conmon takes it at once, also for a process that does not read. */
const firstWindowBytes = 64 * 1024

/** A process that has been sent more than this reads its input. */
const provenBytes = 4 * 1024 * 1024

/** Grows with what a process has been sent: one that has outlived so much of its input reads it. */
const largestWindowBytes = 8 * 1024 * 1024

/** A process that does not read, or ends at once, has usually ended after this. */
const settleMs = 20

/** An answer of the engine counts for so long. */
const freshMs = 50

/**
 * Lets input go to an exec only while its process is known to run. Podman (5.4) loses output when a process ends with input on
 * the way to it, as one does that ends before the input comes, or does not read all of it.
 */
export class InputGate {
  readonly #client: EngineClient
  readonly #exec: GatedExec
  readonly #closed = new AbortController()
  #sentBytes = 0
  #windowLeft = 0
  #sentAt = performance.now()
  #askedAt = Number.NEGATIVE_INFINITY
  #hasBegun: boolean

  constructor(client: EngineClient, exec: GatedExec) {
    this.#client = client
    this.#exec = exec
    this.#hasBegun = exec.hasBegun
  }

  /** Resolves with whether the process can take this many bytes, one piece at most; `false` once it has ended. */
  async admits(bytes: number): Promise<boolean> {
    if (bytes > this.#windowLeft || performance.now() - this.#askedAt > freshMs) {
      if (!(await this.#runs(bytes > this.#windowLeft))) return false
      this.#askedAt = performance.now()
      this.#windowLeft = Math.min(Math.max(firstWindowBytes, this.#sentBytes), largestWindowBytes)
    }
    this.#windowLeft -= bytes
    this.#sentBytes += bytes
    this.#sentAt = performance.now()
    return true
  }

  /** Nothing more is admitted. */
  close(): void {
    this.#closed.abort()
  }

  async #runs(wantsWindow: boolean): Promise<boolean> {
    try {
      return await this.#ask(wantsWindow)
    } catch (error) {
      // The output shows what became of the process, or of the engine.
      const isLost = error instanceof TransportError && error.kind !== 'protocol'
      if (this.#closed.signal.aborted || isLost || isAnswer(error, 404)) return false
      throw error
    }
  }

  async #ask(wantsWindow: boolean): Promise<boolean> {
    const { signal } = this.#closed
    if (!this.#hasBegun) {
      // Podman's record of an exec that has not begun is that of one that has ended.
      await until(async () => ((await this.#pid()) > 0 ? true : undefined), signal)
      this.#hasBegun = true
      this.#sentAt = performance.now()
    }
    const waitMs = settleMs - (performance.now() - this.#sentAt)
    if (waitMs > 0) await delay(waitMs, undefined, { signal })
    const pid = await this.#pid()
    if (pid === 0) return false
    if (!wantsWindow || this.#sentBytes > provenBytes) return true
    return (await findProcess(this.#client, this.#exec.containerId, pid, signal)) !== false
  }

  async #pid(): Promise<number> {
    return (await execJson(this.#client, this.#exec.id, this.#closed.signal)).Pid
  }
}

interface GatedExec {
  readonly id: string
  readonly containerId: string
  /** Whether the engine has reported a process already. */
  readonly hasBegun: boolean
}

/** The gate for the input of an exec, where its engine needs one. */
export function inputGate(client: EngineClient, exec: GatedExec): InputGate | undefined {
  return client.dialect.losesOutputOverUnreadInput === true ? new InputGate(client, exec) : undefined
}

/** Pieces that any window admits. */
export function* windows(piece: string | Uint8Array): Generator<Uint8Array, undefined> {
  const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}
