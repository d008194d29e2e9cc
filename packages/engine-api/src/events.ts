import {
  createStream,
  matchesLabels,
  type EventFilter,
  type RuntimeEvent,
  type RuntimeStream,
} from '@moorage/runtime-core'
import { setTimeout as delay } from 'node:timers/promises'
import type { EngineClient } from './client/client.ts'
import { labelFilter } from './client/filters.ts'
import { failure } from './errors/failure.ts'
import { Patience, ToldEvents } from './told-events.ts'
import { TransportError } from './transport/errors.ts'
import { jsonMessages } from './transport/ndjson.ts'

/** One message of `GET /events`. */
interface EventJson {
  readonly Type: string
  readonly Action: string
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> | null }
  readonly time?: number
  /** Digits, kept from being rounded. */
  readonly timeNano?: string
}

const kinds = ['container', 'image', 'network', 'volume'] as const
type Kind = (typeof kinds)[number]
type ResourceEvent = Exclude<RuntimeEvent, { readonly kind: 'gap' }>

const firstPauseMs = 100
const longestPauseMs = 5000

/** What has happened that long before a stream is known not to be its own. */
const beginningMarginMs = 5000

/** `GET /events`. It ends when the engine ends it, unless `until` has come or `reconnect` was asked for. */
export function engineEvents(client: EngineClient, filter: EventFilter = {}): RuntimeStream<RuntimeEvent> {
  const { signal, reconnect = false } = filter
  const call = { client, operation: 'events' }
  return createStream(async () => {
    const open = async (since: string | undefined): Promise<ReturnType<typeof jsonMessages>> => {
      const body = await client.stream({ path: '/events', query: eventQuery(filter, since), ...(signal && { signal }) })
      return jsonMessages(body, keepNanoseconds)
    }
    const firstSince = filter.since === undefined ? undefined : unixTime(filter.since)
    let last = { text: new Date().toISOString(), since: firstSince ?? unixTime(new Date()) }
    const ready: RuntimeEvent[] = []
    const begin = async (): Promise<readonly [ToldEvents | undefined, ReturnType<typeof jsonMessages>]> => [
      await toldBefore(client, filter),
      await open(firstSince),
    ]
    let [told, messages] = await begin().catch((error: unknown) => {
      throw failure(call, {}, error)
    })
    let left = false
    let awaited: Patience<IteratorResult<unknown, undefined>> | undefined
    const leaving = new AbortController()
    const leave = (): void => leaving.abort(signal?.reason)
    if (told !== undefined) signal?.addEventListener('abort', leave, { once: true })

    const connectAgain = async (): Promise<void> => {
      const from = last.text
      for (let pauseMs = firstPauseMs; !left; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
        await delay(pauseMs, undefined, signal === undefined ? {} : { signal })
        try {
          messages = await open(last.since)
          ready.push({ kind: 'gap', from, to: new Date().toISOString() })
          return
        } catch (error) {
          if (!isLost(error)) throw error
        }
      }
    }

    /** What the log holds and the stream has not told. */
    const lookAgain = async (isLast = false): Promise<void> => {
      if (told === undefined) return
      try {
        const missed = await keptEvents(client, filter, told.from, leaving.signal)
        ready.push(...missed.filter((event) => told?.add(event)))
        told.looked(true)
      } catch (error) {
        // The stream itself says what is wrong with the engine; the next look covers the time of this one.
        if (left || signal?.aborted === true || isLast) throw error
        told.looked(false)
      }
    }

    return {
      async pull() {
        try {
          for (;;) {
            const event = ready.shift()
            if (event !== undefined) return { done: false, value: event }
            awaited ??= new Patience(messages.next())
            if (told !== undefined && (told.dueInMs === 0 || !(await awaited.settles(told.dueInMs)))) {
              await lookAgain()
              continue
            }
            const { promise } = awaited
            awaited = undefined
            const result = await promise.catch((error: unknown) => {
              if (!reconnect || !isLost(error)) throw error
              return { done: true, value: undefined } as const
            })
            if (result.done === true) {
              if (left || !reconnect || filter.until !== undefined) {
                if (left || told === undefined) return { done: true, value: undefined }
                await lookAgain(filter.until !== undefined)
                told = undefined
                continue
              }
              await connectAgain()
              continue
            }
            const json = result.value as EventJson
            const seen = runtimeEvent(json, filter)
            if (seen !== undefined && told?.add(seen) === false) continue
            last = { text: timeOf(json), since: afterwards(json) }
            if (seen !== undefined) ready.push(seen)
          }
        } catch (error) {
          throw failure(call, {}, error)
        }
      },
      async release() {
        left = true
        signal?.removeEventListener('abort', leave)
        leaving.abort()
        await messages.return()
      },
    }
  })
}

function isLost(error: unknown): boolean {
  return error instanceof TransportError && (error.kind === 'connection-lost' || error.kind === 'unavailable')
}

function eventQuery(filter: EventFilter, since: string | undefined): Readonly<Record<string, string | undefined>> {
  return { filters: eventFilters(filter), since, until: filter.until && unixTime(filter.until) }
}

function eventFilters(filter: EventFilter): string {
  return JSON.stringify({ type: [...(filter.kinds ?? kinds)], ...labelFilter(filter) })
}

/**
 * What the engine's log holds by now, in the order of time. `until` is not the engine's to keep: Podman (5.4) stops reading
 * as soon as it has come, and tells a few events of thousands.
 */
async function keptEvents(
  client: EngineClient,
  filter: EventFilter,
  since: Date,
  signal: AbortSignal | undefined,
): Promise<readonly ResourceEvent[]> {
  const query = { filters: eventFilters(filter), since: unixTime(since), stream: 'false' }
  const body = await client.stream({ path: '/events', query, ...(signal && { signal }) })
  const end = filter.until && textOf(filter.until)
  const events: ResourceEvent[] = []
  for await (const message of jsonMessages(body, keepNanoseconds)) {
    const event = runtimeEvent(message as EventJson, filter)
    if (event !== undefined && (end === undefined || event.at <= end)) events.push(event)
  }
  return events.toSorted((one, other) => (one.at < other.at ? -1 : Number(one.at > other.at)))
}

/** On an engine whose log rotates: where a stream begins, and what has happened just before it, which is not for it to tell. */
async function toldBefore(client: EngineClient, filter: EventFilter): Promise<ToldEvents | undefined> {
  const { since, until, signal } = filter
  if (client.dialect.rotatesEvents !== true) return undefined
  // With an `until` alone, the stream begins with all that the engine has kept.
  const from = since ?? (until && new Date(0))
  if (from !== undefined) return new ToldEvents(textOf(from))
  // By the engine's clock, which need not be ours; it is told in seconds.
  const date = await client.header({ method: 'HEAD', path: '/_ping', ...(signal && { signal }) }, 'date')
  const beginning = new Date(Date.parse(date) - beginningMarginMs)
  const told = new ToldEvents(textOf(beginning))
  for (const event of await keptEvents(client, filter, beginning, signal)) told.add(event)
  return told
}

/** Seconds with nine decimals, the one form that both daemons read with decimals. */
function unixTime(date: Date): string {
  return `${Math.floor(date.getTime() / 1000)}.${String(date.getTime() % 1000).padStart(3, '0')}000000`
}

/** Just after the event: the engine's `since` includes its own time. */
function afterwards({ time = 0, timeNano }: EventJson): string {
  if (timeNano === undefined) return String(time)
  const nanoseconds = BigInt(timeNano) + 1n
  return `${nanoseconds / 1_000_000_000n}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}`
}

/** A quote within a text of JSON is escaped, so that this can only be the key itself. */
function keepNanoseconds(line: string): string {
  return line.replace(/"timeNano":(\d+)/, '"timeNano":"$1"')
}

/** As `timeOf` writes times. */
function textOf(date: Date): string {
  return `${date.toISOString().slice(0, -1)}000000Z`
}

function timeOf({ time = 0, timeNano }: EventJson): string {
  const nanoseconds = timeNano === undefined ? BigInt(time) * 1_000_000_000n : BigInt(timeNano)
  const whole = new Date(Number(nanoseconds / 1_000_000n)).toISOString().slice(0, 19)
  return `${whole}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}Z`
}

/** Podman's words for what Docker calls otherwise; an image's `remove` is Podman's own. */
const actions: Readonly<Record<string, string>> = {
  remove: 'destroy',
  died: 'die',
  exec_died: 'exec_die',
}

function runtimeEvent(json: EventJson, filter: EventFilter): ResourceEvent | undefined {
  const kind = kinds.find((known): known is Kind => known === json.Type)
  if (kind === undefined || !(filter.kinds ?? kinds).includes(kind)) return undefined
  const attributes = json.Actor?.Attributes ?? {}
  if (!matchesLabels(attributes, filter)) return undefined
  // `exec_create: sh -c …` and `health_status: healthy` carry what belongs to the attributes.
  const [name = '', detail] = json.Action.split(/: ?(.*)/s)
  return {
    kind,
    action: (kind === 'image' ? undefined : actions[name]) ?? name,
    // Podman names a volume among the attributes only.
    id: json.Actor?.ID || (attributes['name'] ?? ''),
    at: timeOf(json),
    attributes: detail === undefined || detail === '' ? attributes : { ...attributes, detail },
  }
}
