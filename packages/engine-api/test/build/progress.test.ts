import type { BuildEvent } from '@moorage/runtime-core'
import { describe, expect, it } from 'vitest'
import { loadWire, messageOf } from '../../src/build/messages.ts'
import { BuildProgress } from '../../src/build/progress.ts'

const wire = await loadWire()
const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values)

/** The events of one message of the trace. */
function eventsOf(...parts: readonly Uint8Array[]): readonly BuildEvent[] {
  const events: BuildEvent[] = []
  new BuildProgress(wire, (event) => events.push(event)).add(Buffer.concat(parts))
  return events
}

const vertex = messageOf(wire, { 1: 'sha256:1', 3: 'RUN true', 5: messageOf(wire, { 1: 1 }) })
const started: BuildEvent = { type: 'step-started', step: 'sha256:1', name: 'RUN true' }

describe('the trace of a build', () => {
  it.each([
    ['a number', messageOf(wire, { 9: 300 })],
    ['a text that is no message', messageOf(wire, { 5: 'more' })],
    ['bytes that are no message', messageOf(wire, { 17: bytes(255, 255, 255) })],
    ['a number of four bytes', bytes((6 << 3) | 5, 1, 2, 3, 4)],
    ['a number of eight bytes', bytes((7 << 3) | 1, 1, 2, 3, 4, 5, 6, 7, 8)],
    ['a group', bytes((8 << 3) | 3, (1 << 3) | 0, 1, (8 << 3) | 4)],
  ])('is read beside a field that is not known: %s', (_, unknown) => {
    expect(eventsOf(unknown, messageOf(wire, { 1: vertex }), unknown)).toEqual([started])
    expect(eventsOf(messageOf(wire, { 1: Buffer.concat([unknown, vertex]) }))).toContainEqual(started)
  })

  it.each([
    ['is cut off', messageOf(wire, { 1: vertex }).subarray(0, -1)],
    ['has a type that does not exist', bytes((6 << 3) | 7, 1)],
  ])('that %s is a fault of the protocol', (_, message) => {
    expect(() => eventsOf(message)).toThrow(expect.objectContaining({ kind: 'protocol' }))
  })
})
