import { describe, expect, test } from 'vitest'
import { createEventBridge, type BridgedEvent, type EventBridge } from '@moorage/runtime-core'
import { turn } from '../deferred.ts'

async function rest(bridge: EventBridge<number>): Promise<readonly (number | string)[]> {
  const all: (number | string)[] = []
  for await (const bridged of bridge.events) all.push(told(bridged))
  return all
}

const told = (bridged: BridgedEvent<number>): number | string =>
  bridged.type === 'event' ? bridged.event : `dropped ${bridged.count}`

describe('createEventBridge', () => {
  test('yields events in order, those before the first read too', async () => {
    const bridge = createEventBridge<number>()
    for (const event of [1, 2, 3]) bridge.onEvent(event)
    bridge.end()
    expect(await rest(bridge)).toEqual([1, 2, 3])
  })

  test('wakes a reader that waits', async () => {
    const bridge = createEventBridge<number>()
    const next = bridge.events.next()
    await turn()
    bridge.onEvent(1)
    expect(await next).toEqual({ done: false, value: { type: 'event', event: 1 } })
  })

  test('drops the oldest beyond its capacity, and tells how many', async () => {
    const bridge = createEventBridge<number>({ capacity: 3 })
    for (let event = 1; event <= 8; event += 1) bridge.onEvent(event)
    bridge.end()
    expect(await rest(bridge)).toEqual(['dropped 5', 6, 7, 8])
  })

  test('tells of each gap where it is', async () => {
    const bridge = createEventBridge<number>({ capacity: 2 })
    const read = async (): Promise<number | string> => {
      const { value } = await bridge.events.next()
      return value === undefined ? 'done' : told(value)
    }
    for (const event of [1, 2, 3]) bridge.onEvent(event)
    expect([await read(), await read()]).toEqual(['dropped 1', 2])
    for (const event of [4, 5]) bridge.onEvent(event)
    bridge.end()
    expect([await read(), await read(), await read(), await read()]).toEqual(['dropped 1', 4, 5, 'done'])
  })

  test('works with a capacity of 1', async () => {
    const bridge = createEventBridge<number>({ capacity: 1 })
    bridge.onEvent(1)
    bridge.onEvent(2)
    bridge.end()
    expect(await rest(bridge)).toEqual(['dropped 1', 2])
  })

  test('carries an event that is undefined', async () => {
    const bridge = createEventBridge<undefined>()
    bridge.onEvent(undefined)
    bridge.end()
    expect(await bridge.events.next()).toEqual({ done: false, value: { type: 'event', event: undefined } })
  })

  test('end() ends a reader that waits, and nothing comes after it', async () => {
    const bridge = createEventBridge<number>()
    const next = bridge.events.next()
    await turn()
    bridge.end()
    bridge.onEvent(1)
    expect(await next).toEqual({ done: true, value: undefined })
  })

  test('keeps nothing once its reader has left', async () => {
    const bridge = createEventBridge<number>()
    bridge.onEvent(1)
    for await (const _event of bridge.events) break
    bridge.onEvent(2)
    expect(await bridge.events.next()).toEqual({ done: true, value: undefined })
  })

  test('return() settles while next() is pending', async () => {
    const bridge = createEventBridge<number>()
    const next = bridge.events.next()
    await turn()
    await bridge.events.return()
    expect(await next).toEqual({ done: true, value: undefined })
  })

  test.each([0, -1, 1.5, Number.NaN])('a capacity of %s is refused', (capacity) => {
    expect(() => createEventBridge({ capacity })).toThrow(RangeError)
  })
})
