import type { CallRegistry } from './scope.ts'

/** One caller's part in a create that others may be making under the same name. */
export interface CreateShare {
  /** The caller has the answer. */
  keep(): void
  /** The caller does not have it; `undo` removes what this very call made. Resolves when nothing is left to do. */
  leave(undo?: (signal: AbortSignal) => Promise<void>): Promise<void>
}

interface Entry {
  calls: number
  kept: boolean
  undo: ((signal: AbortSignal) => Promise<void>) | undefined
}

/**
 * Creates that are idempotent on their name: what an aborted call made may be another call's answer by now, so it is
 * removed by the last of the calls under way, and only when none of them answered its caller.
 */
export class SharedCreates {
  readonly #registry: CallRegistry
  readonly #operation: string
  readonly #entries = new Map<string, Entry>()
  readonly #removals = new Map<string, Promise<void>>()

  constructor(registry: CallRegistry, operation: string) {
    this.#registry = registry
    this.#operation = operation
  }

  /** Waits for a removal under this name. Without a name nothing is shared. */
  async join(name: string | undefined): Promise<CreateShare> {
    while (name !== undefined && this.#removals.has(name)) await this.#removals.get(name)
    const entry = (name === undefined ? undefined : this.#entries.get(name)) ?? {
      calls: 0,
      kept: false,
      undo: undefined,
    }
    entry.calls += 1
    if (name !== undefined) this.#entries.set(name, entry)
    return {
      keep: () => {
        entry.kept = true
        void this.#leave(name, entry)
      },
      leave: (undo) => {
        entry.undo ??= undo
        return this.#leave(name, entry)
      },
    }
  }

  async #leave(name: string | undefined, entry: Entry): Promise<void> {
    entry.calls -= 1
    if (entry.calls > 0) return
    if (name !== undefined) this.#entries.delete(name)
    const { kept, undo } = entry
    if (kept || undo === undefined) return
    const removal = this.#registry.cleanUp(this.#operation, undo)
    this.#registry.inBackground(removal)
    if (name === undefined) return removal
    this.#removals.set(name, removal)
    await removal
    this.#removals.delete(name)
  }
}
