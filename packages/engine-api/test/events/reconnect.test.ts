import type { ServerResponse } from 'node:http'
import type { EventFilter, RuntimeEvent } from '@moorage/runtime-core'
import { describe, expect, it } from 'vitest'
import { scriptEngine, type ScriptedEngine } from '../scripted-engine.ts'

function line(action: string, seconds: number): string {
  const timeNano = `${BigInt(seconds) * 1_000_000_000n + 7n}`
  return `{"Type":"container","Action":"${action}","Actor":{"ID":"c1","Attributes":{}},"time":${seconds},"timeNano":${timeNano}}\n`
}

type Serving = (response: ServerResponse) => void

const writes =
  (...lines: readonly string[]): Serving =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write(lines.join(''))
  }

const dies =
  (...lines: readonly string[]): Serving =>
  (response) => {
    writes(...lines)(response)
    setImmediate(() => response.destroy())
  }

const ends =
  (...lines: readonly string[]): Serving =>
  (response) => {
    writes(...lines)(response)
    response.end()
  }

/** An engine whose event streams end in these ways, one after the other. */
async function engineOf(...servings: readonly Serving[]): Promise<ScriptedEngine> {
  let served = 0
  return scriptEngine({
    'GET /events': (_, response) => {
      const serving = servings[Math.min(served, servings.length - 1)]
      served += 1
      serving?.(response)
    },
  })
}

async function read(engine: ScriptedEngine, count: number, filter: EventFilter): Promise<readonly RuntimeEvent[]> {
  const events: RuntimeEvent[] = []
  for await (const event of engine.adapter.events?.(filter) ?? []) {
    events.push(event)
    if (events.length === count) break
  }
  return events
}

const summary = (events: readonly RuntimeEvent[]): readonly string[] =>
  events.map((event) => (event.kind === 'gap' ? 'gap' : event.action))

describe('events', () => {
  it('reject when the connection is lost and nobody asked to connect again', async () => {
    await using engine = await engineOf(dies(line('start', 10)))
    await expect(read(engine, 5, {})).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    expect(engine.requests).toHaveLength(1)
  })

  it('end with the engine’s stream when nobody asked to connect again', async () => {
    await using engine = await engineOf(ends(line('start', 10)))
    expect(summary(await read(engine, 5, {}))).toEqual(['start'])
  })

  it('go on after a loss when asked, with a gap that says from when to when', async () => {
    await using engine = await engineOf(dies(line('start', 10)), ends(line('die', 12)), writes(line('destroy', 13)))
    const events = await read(engine, 5, { reconnect: true })
    expect(summary(events)).toEqual(['start', 'gap', 'die', 'gap', 'destroy'])
    const [, gap] = events
    expect(gap).toMatchObject({ kind: 'gap', from: '1970-01-01T00:00:10.000000007Z' })
  })

  it('ask from just after the last event on, so that none comes twice', async () => {
    await using engine = await engineOf(dies(line('start', 10)), writes(line('die', 12)))
    await read(engine, 3, { reconnect: true })
    expect(engine.requests[1]).toContain('since=10.000000008')
  })

  it('go on asking while the engine is away', async () => {
    const away: Serving = (response) => response.destroy()
    await using engine = await engineOf(dies(line('start', 10)), away, away, writes(line('die', 12)))
    expect(summary(await read(engine, 3, { reconnect: true }))).toEqual(['start', 'gap', 'die'])
  })

  it('do not connect again after `until`', async () => {
    await using engine = await engineOf(ends(line('start', 10)))
    const until = new Date(11_000)
    expect(summary(await read(engine, 5, { reconnect: true, until }))).toEqual(['start'])
  })

  it('are left at once while they wait to connect again', async () => {
    await using engine = await engineOf(dies(line('start', 10)), (response) => response.destroy())
    const controller = new AbortController()
    const stream = engine.adapter.events?.({ reconnect: true, signal: controller.signal })
    await stream?.next()
    const waiting = stream?.next()
    waiting?.catch(() => undefined)
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
  })
})
