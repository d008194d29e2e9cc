import { invalidArgument } from '../errors.ts'
import { closeUnread, expectedOfSource, openSource, type OpenedSource } from '../streams/source.ts'

/** Sources that calls under way read, with the number of these calls. */
const held = new WeakMap<object, number>()

/** Streams and iterators that a call has read or closed: another call would read nothing, or only the rest. */
const usedUp = new WeakSet<object>()

/** A source that a call reads, and that no other call closes. */
export interface ClaimedSource {
  readonly opened: OpenedSource
  /** The call has ended. */
  release(): void
}

/**
 * Opens a source for a call. INVALID_ARGUMENT for one that cannot be read, and for a stream or an iterator that another
 * call has read or closed. An iterable that makes an iterator each time may be claimed any number of times.
 */
export function claimSource(operation: string, field: string, source: AsyncIterable<unknown>): ClaimedSource {
  const admit = (used: object): void => {
    if (!claim(used)) throw invalidArgument(operation, field, 'a source that no other call has read or closed')
  }
  const expected = usedUp.has(source) ? undefined : expectedOfSource(source)
  if (expected !== undefined) throw invalidArgument(operation, field, expected)
  const opened = openSource(source, admit)
  held.set(source, (held.get(source) ?? 0) + 1)
  return { opened, release: () => void held.set(source, (held.get(source) ?? 1) - 1) }
}

/** Closes the source of a call that was refused, unless another call reads it or has read it. */
export function discardSource(source: AsyncIterable<unknown>): void {
  if ((held.get(source) ?? 0) > 0 || usedUp.has(source)) return
  closeUnread(source, (unused) => {
    if (!claim(unused)) throw new Error('another call has read it')
  })
}

/** Whether this is the first call that reads or closes it. */
function claim(used: object): boolean {
  if (usedUp.has(used)) return false
  usedUp.add(used)
  return true
}
