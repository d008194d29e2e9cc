import { RuntimeError, type RuntimeErrorCode } from '@moorage/runtime-core'
import type { FakeMethod } from './faults.ts'

/** One call that reached the fake: arguments that were refused, and aborts before anything was sent, are not among them. */
export interface JournalEntry {
  readonly method: FakeMethod
  /** Without the signal and callbacks of the options. */
  readonly arguments: readonly unknown[]
  /** `open` while it goes on; for a stream, until it has ended or was left. */
  readonly outcome: 'open' | 'resolved' | 'rejected'
  /** Of a `RuntimeError`. */
  readonly code?: RuntimeErrorCode
}

/** What the fake was asked to do, in order. */
export class Journal {
  #entries: JournalEntry[] = []

  /** All calls, or those of one method. */
  calls(method?: FakeMethod): readonly JournalEntry[] {
    return this.#entries.filter((entry) => method === undefined || entry.method === method)
  }

  clear(): void {
    this.#entries = []
  }

  /** Notes that a call began; call the answer when it has ended. */
  begin(method: FakeMethod, given: readonly unknown[]): (outcome: 'resolved' | { readonly error: unknown }) => void {
    const begun: JournalEntry = { method, arguments: given.map(plain), outcome: 'open' }
    const entries = this.#entries
    const index = entries.push(begun) - 1
    return (outcome) => {
      if (entries[index]?.outcome !== 'open') return
      entries[index] = { ...begun, ...ending(outcome) }
    }
  }
}

function ending(outcome: 'resolved' | { readonly error: unknown }): Pick<JournalEntry, 'outcome' | 'code'> {
  if (outcome === 'resolved') return { outcome }
  return { outcome: 'rejected', ...(RuntimeError.is(outcome.error) && { code: outcome.error.code }) }
}

/** What can be compared: the guard adds a signal to every call. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('signal' in value)) return value
  return Object.fromEntries(
    Object.entries(value).filter(([key, item]) => key !== 'signal' && typeof item !== 'function'),
  )
}
