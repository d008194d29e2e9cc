import {
  createStream,
  matchesLabels,
  type EventFilter,
  type RuntimeEvent,
  type RuntimeStream,
} from '@moorage/runtime-core'
import type { FakeEngine } from './engine/engine.ts'
import type { Happening } from './engine/event-log.ts'
import { milliseconds } from './engine/times.ts'

/** What happens from now on, or since a time; what the engine keeps no more shows as a gap. */
export function engineEvents(engine: FakeEngine, filter: EventFilter = {}): RuntimeStream<RuntimeEvent> {
  const { since, until } = filter
  const log = engine.events
  return createStream(() => {
    const left = new AbortController()
    let next = since === undefined ? log.end : log.start
    const first = log.at(log.start)
    const hasHole =
      since !== undefined && log.start > 0 && first !== undefined && milliseconds(first.at) > since.getTime()
    let gap: RuntimeEvent | undefined = hasHole ? { kind: 'gap', from: since.toISOString(), to: first.at } : undefined
    const isOver = (): boolean => until !== undefined && engine.clock.now() >= until.getTime()
    const ready = (): RuntimeEvent | 'over' | undefined => {
      if (gap !== undefined) {
        const hole = gap
        gap = undefined
        return hole
      }
      for (next = Math.max(next, log.start); next < log.end; next += 1) {
        const event = log.at(next)
        if (event === undefined || !isWanted(event, filter)) continue
        next += 1
        return event
      }
      return isOver() ? 'over' : undefined
    }
    if (until !== undefined) {
      const restMs = Math.max(0, until.getTime() - engine.clock.now())
      engine.clock.sleep(restMs, left.signal).then(
        () => log.changes.notify(),
        () => undefined,
      )
    }
    return {
      async pull() {
        const event = await log.changes.until(ready, left.signal)
        return event === 'over' ? { done: true, value: undefined } : { done: false, value: event }
      },
      release: () => left.abort(),
    }
  })
}

function isWanted(event: Happening, { kinds, labels, since, until }: EventFilter): boolean {
  const at = milliseconds(event.at)
  return (
    (kinds === undefined || kinds.includes(event.kind)) &&
    matchesLabels(event.attributes, labels === undefined ? {} : { labels }) &&
    (since === undefined || at >= since.getTime()) &&
    (until === undefined || at < until.getTime())
  )
}
