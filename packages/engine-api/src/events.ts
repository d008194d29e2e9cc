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

const firstPauseMs = 100
const longestPauseMs = 5000

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
    let messages = await open(firstSince).catch((error: unknown) => {
      throw failure(call, {}, error)
    })
    let left = false

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

    return {
      async pull() {
        try {
          for (;;) {
            const event = ready.shift()
            if (event !== undefined) return { done: false, value: event }
            const result = await messages.next().catch((error: unknown) => {
              if (!reconnect || !isLost(error)) throw error
              return { done: true, value: undefined } as const
            })
            if (result.done === true) {
              if (left || !reconnect || filter.until !== undefined) return { done: true, value: undefined }
              await connectAgain()
              continue
            }
            const json = result.value as EventJson
            const seen = runtimeEvent(json, filter)
            last = { text: timeOf(json), since: afterwards(json) }
            if (seen !== undefined) ready.push(seen)
          }
        } catch (error) {
          throw failure(call, {}, error)
        }
      },
      async release() {
        left = true
        await messages.return()
      },
    }
  })
}

function isLost(error: unknown): boolean {
  return error instanceof TransportError && (error.kind === 'connection-lost' || error.kind === 'unavailable')
}

function eventQuery(filter: EventFilter, since: string | undefined): Readonly<Record<string, string | undefined>> {
  const filters = { type: [...(filter.kinds ?? kinds)], ...labelFilter(filter) }
  return {
    filters: JSON.stringify(filters),
    since,
    until: filter.until === undefined ? undefined : unixTime(filter.until),
  }
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

function runtimeEvent(json: EventJson, filter: EventFilter): RuntimeEvent | undefined {
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
