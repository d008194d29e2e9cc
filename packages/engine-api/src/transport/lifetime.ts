import { onceAborted, type Release } from './abort.ts'

/**
 * One call, from before it is sent until its last byte: ended by itself (`finish`), or from outside (`stop`) by the
 * caller's signal or by the closing of the transport. However it ends, nothing stays on the signal.
 */
export class Lifetime {
  readonly signal: AbortSignal | undefined
  readonly #registry: Set<Lifetime>
  #release: Release = () => {}
  #stop: ((reason: unknown) => void) | undefined
  #over = false
  #stopped: { readonly reason: unknown } | undefined

  constructor(signal: AbortSignal | undefined, registry: Set<Lifetime>) {
    this.signal = signal
    this.#registry = registry
    registry.add(this)
    this.#release = onceAborted(signal, (reason) => this.stop(reason))
  }

  /** Why the call was ended from outside; absent while it runs, or when it has ended by itself. */
  get stopped(): { readonly reason: unknown } | undefined {
    return this.#stopped
  }

  /** Says what ends the call in its present phase; replaces what an earlier phase said. */
  whenStopped(stop: (reason: unknown) => void): void {
    this.#stop = stop
  }

  stop(reason: unknown): void {
    if (this.#over) return
    this.#stopped = { reason }
    this.finish()
    const stop = this.#stop
    this.#stop = undefined
    stop?.(reason)
  }

  finish(): void {
    if (this.#over) return
    this.#over = true
    this.#registry.delete(this)
    this.#release()
    if (this.#stopped === undefined) this.#stop = undefined
  }
}
