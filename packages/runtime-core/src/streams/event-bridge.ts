import type { RuntimeStream } from '../call-options.ts'
import { createStream } from './iterator.ts'

/** What a bridge yields: an event, or how many were dropped since the last one because nobody read. */
export type BridgedEvent<Event> =
  | { readonly type: 'event'; readonly event: Event }
  | { readonly type: 'dropped'; readonly count: number }

export interface EventBridgeOptions {
  /** How many unread events are kept; beyond it the oldest is dropped. Default 1,024. */
  readonly capacity?: number
}

/** Both ends of a bridge from an `onEvent` callback to an AsyncIterable. */
export interface EventBridge<Event> {
  /** Hand this to a call as its `onEvent`. */
  readonly onEvent: (event: Event) => void
  /** Single-use. */
  readonly events: RuntimeStream<BridgedEvent<Event>>
  /** Ends the stream after what is still unread. */
  end(): void
}

/** A bounded bridge that never slows the call down: when nobody reads, the oldest events go, and the gap is told. */
export function createEventBridge<Event>(options: EventBridgeOptions = {}): EventBridge<Event> {
  const capacity = options.capacity ?? 1024
  if (!Number.isSafeInteger(capacity) || capacity < 1) {
    throw new RangeError('createEventBridge: `capacity` must be a whole number of at least 1.')
  }
  // A ring, so that dropping the oldest costs the same however many wait.
  const ring = Array.from<Event>({ length: 0 })
  let head = 0
  let count = 0
  let dropped = 0
  let ended = false
  let wake: (() => void) | undefined

  const notify = (): void => {
    const waiting = wake
    wake = undefined
    waiting?.()
  }

  return {
    onEvent(event) {
      if (ended) return
      ring[(head + count) % capacity] = event
      if (count === capacity) {
        head = (head + 1) % capacity
        dropped += 1
      } else {
        count += 1
      }
      notify()
    },
    end() {
      ended = true
      notify()
    },
    events: createStream<BridgedEvent<Event>>(() => ({
      async pull() {
        while (count === 0 && !ended) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
        if (dropped > 0) {
          const value = { type: 'dropped', count: dropped } as const
          dropped = 0
          return { done: false, value }
        }
        if (count === 0) return { done: true, value: undefined }
        const event = ring[head] as Event
        head = (head + 1) % capacity
        count -= 1
        return { done: false, value: { type: 'event', event } }
      },
      release() {
        ended = true
        count = 0
        ring.length = 0
        notify()
      },
    })),
  }
}
