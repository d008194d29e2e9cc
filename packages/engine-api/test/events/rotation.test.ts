import { getEventListeners } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { EventFilter, RuntimeEvent, RuntimeStream } from '@moorage/runtime-core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Patience, ToldEvents } from '../../src/told-events.ts'
import { scriptEngine, type ScriptedEngine } from '../scripted-engine.ts'

const beginning = Math.floor(Date.now() / 1000)

/** An event so many seconds after the test began. */
function line(action: string, seconds: number): string {
  const time = beginning + seconds
  const actor = '{"ID":"c1","Attributes":{}}'
  return `{"Type":"container","Action":"${action}","Actor":${actor},"time":${time},"timeNano":${time}000000007}\n`
}

interface Rotating {
  /** What each look at the log finds, the first before the stream is opened; the last goes on. */
  readonly looks: readonly ((response: ServerResponse) => void)[]
  readonly stream: (response: ServerResponse) => void
}

const finds =
  (...lines: readonly string[]) =>
  (response: ServerResponse): void =>
    void response.end(lines.join(''))

/** An engine whose log of events rotates. */
async function rotating({ looks, stream }: Rotating): Promise<ScriptedEngine> {
  let looked = 0
  return scriptEngine(
    {
      'HEAD /_ping': (_, response) => void response.end(),
      'GET /events': ({ url = '' }, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        if (!url.includes('stream=false')) return stream(response)
        looks[Math.min(looked++, looks.length - 1)]?.(response)
      },
    },
    undefined,
    { rotatesEvents: true },
  )
}

function events(engine: ScriptedEngine, filter: EventFilter = {}): RuntimeStream<RuntimeEvent> {
  const stream = engine.adapter.events?.(filter)
  if (stream === undefined) throw new Error('the adapter has no events')
  return stream
}

/** The actions until one of this name, or until the end. */
async function told(stream: RuntimeStream<RuntimeEvent>, last?: string): Promise<readonly string[]> {
  const actions: string[] = []
  for await (const event of stream) {
    actions.push(event.kind === 'gap' ? 'gap' : event.action)
    if (actions.at(-1) === last) break
  }
  return actions
}

describe('events of an engine whose log rotates', () => {
  it('are told once, and none from before the beginning', async () => {
    await using engine = await rotating({
      looks: [finds(line('create', -1))],
      stream: (response) => {
        response.write([line('start', 1), line('die', 2)].join(''))
        // The log has rotated, and is read from its beginning.
        response.write([line('pull', -4000), line('create', -1), line('start', 1), line('die', 2)].join(''))
        response.write(line('destroy', 3))
      },
    })
    expect(await told(events(engine), 'destroy')).toEqual(['start', 'die', 'destroy'])
  })

  it('are told from the log when the stream misses them, in the order of time', async () => {
    let write = (_text: string): void => undefined
    const kept = [line('create', -1), line('start', 1), line('kill', 3), line('die', 2)]
    await using engine = await rotating({
      looks: [
        finds(line('create', -1)),
        (response) => {
          finds(...kept)(response)
          write(line('die', 2) + line('destroy', 4))
        },
      ],
      stream: (response) => {
        write = (text) => void response.write(text)
        write(line('start', 1))
      },
    })
    expect(await told(events(engine), 'destroy')).toEqual(['start', 'die', 'kill', 'destroy'])
  })

  it('go on after a look that failed', async () => {
    await using engine = await rotating({
      looks: [finds(), (response) => void response.destroy(), finds(line('die', 2))],
      stream: (response) => void response.write(line('start', 1)),
    })
    expect(await told(events(engine), 'die')).toEqual(['start', 'die'])
  })

  it('are completed before they end at `until`, by a look that does not leave the end to the engine', async () => {
    const kept = [line('start', 1), line('die', 2), line('destroy', 90)]
    await using engine = await rotating({
      looks: [finds(...kept)],
      stream: (response) => void response.end(line('start', 1)),
    })
    const since = new Date(beginning * 1000)
    expect(await told(events(engine, { since, until: new Date((beginning + 60) * 1000) }))).toEqual(['start', 'die'])
    expect(engine.requests.at(-1)).not.toContain('until=')
  })

  it('reject when the last look before `until` fails', async () => {
    await using engine = await rotating({
      looks: [(response) => void response.destroy()],
      stream: (response) => void response.end(line('start', 1)),
    })
    const filter = { since: new Date(beginning * 1000), until: new Date(Date.now() + 60_000) }
    await expect(told(events(engine, filter))).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  })

  it('are all that is kept when only an `until` is given, also one that has passed', async () => {
    const kept = [line('start', -4000), line('die', -9), line('destroy', -1)]
    await using engine = await rotating({
      looks: [finds(...kept)],
      stream: (response) => void response.end(line('start', -4000)),
    })
    expect(await told(events(engine, { until: new Date((beginning - 5) * 1000) }))).toEqual(['start', 'die'])
  })

  it('leave nothing open when they are left during a look', async () => {
    const closed: Promise<unknown>[] = []
    const closes = (response: ServerResponse): void =>
      void closed.push(new Promise((resolve) => response.on('close', resolve)))
    let looks = (): void => undefined
    const looking = new Promise<void>((resolve) => {
      looks = resolve
    })
    await using engine = await rotating({
      looks: [
        finds(),
        (response) => {
          closes(response)
          looks()
        },
      ],
      stream: (response) => {
        closes(response)
        response.write(line('start', 1))
      },
    })
    const { signal } = new AbortController()
    const stream = events(engine, { signal })
    await stream.next()
    const pending = stream.next()
    await looking
    await stream.return?.()
    expect(await pending).toEqual({ done: true, value: undefined })
    expect(closed).toHaveLength(2)
    await Promise.all(closed)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('reject with the reason when they are aborted during a look', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    await using engine = await rotating({
      looks: [finds(), () => controller.abort(reason)],
      stream: (response) => response.flushHeaders(),
    })
    await expect(told(events(engine, { signal: controller.signal }))).rejects.toBe(reason)
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })
})

describe('told events', () => {
  it('may have missed something since the log was last asked, however much later they are', () => {
    const events = new ToldEvents('2026-01-01T00:00:00.000000000Z')
    const event = (minute: string) => ({
      kind: 'volume',
      action: 'create',
      id: 'v',
      at: `2026-01-01T00:${minute}:00.000000000Z`,
    })
    events.add(event('10'))
    events.looked(true)
    events.add(event('20'))
    events.looked(false)
    expect(events.from.toISOString()).toBe('2026-01-01T00:09:50.000Z')
    events.looked(true)
    expect(events.from.toISOString()).toBe('2026-01-01T00:19:50.000Z')
  })

  it('remember as many as a log holds, and not all', () => {
    const events = new ToldEvents('2026-01-01T00:00:00.000000000Z')
    const event = (count: number) => ({
      kind: 'volume',
      action: 'create',
      id: 'v',
      at: `2026-01-01T00:00:00.${String(count).padStart(9, '0')}Z`,
    })
    for (let count = 0; count < 50_000; count += 1) expect(events.add(event(count))).toBe(true)
    expect(events.add(event(40_000))).toBe(false)
    expect(events.add(event(20_000))).toBe(true)
  })
})

describe('patience', () => {
  afterEach(() => void vi.useRealTimers())

  it('leaves no timer when the promise settles', async () => {
    vi.useFakeTimers()
    let reject = (_reason: Error): void => undefined
    const promise = new Promise<void>((_, rejects) => {
      reject = rejects
    })
    const patience = new Patience(promise)
    const settles = patience.settles(1000)
    expect(vi.getTimerCount()).toBe(1)
    reject(new Error('lost'))
    expect(await settles).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('says when the promise has not settled in time', async () => {
    vi.useFakeTimers()
    const patience = new Patience(new Promise(() => undefined))
    const settles = patience.settles(1000)
    await vi.advanceTimersByTimeAsync(1000)
    expect(await settles).toBe(false)
  })
})
