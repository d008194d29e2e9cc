import type { Runtime, RuntimeEvent, RuntimeStream } from '@moorage/runtime-core'
import { createPodmanRuntime } from '@moorage/runtime-podman'
import { expect, it } from 'vitest'
import { describeOnEngine } from '../../../../tooling/test/engine-under-test.ts'

const deadlineMs = 300_000
const atOnce = 4
/** The log is cut to its half at 1 MB; with names of 200 letters so many events write more than that anew. */
const volumes = 1900

/** What is told of these volumes, until all that is wanted was. */
async function tellings(
  stream: RuntimeStream<RuntimeEvent>,
  names: readonly string[],
  onEvent: () => void,
): Promise<readonly string[]> {
  const known = new Set(names)
  const missing = new Set(bothOf(names))
  const told: string[] = []
  for await (const event of stream) {
    onEvent()
    if (event.kind === 'gap' || !known.has(event.id)) continue
    told.push(`${event.action} ${event.id}`)
    missing.delete(`${event.action} ${event.id}`)
    if (missing.size === 0) break
  }
  return told
}

function bothOf(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => [`create ${name}`, `destroy ${name}`])
}

/** Makes and removes each of them. */
async function pass(runtime: Runtime, names: readonly string[]): Promise<void> {
  const waiting = [...names]
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      await runtime.createVolume({ name })
      await runtime.removeVolume(name)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

await describeOnEngine({ name: 'podman', open: createPodmanRuntime }, ({ open }) => {
  it('tells every event once while its log rotates', { timeout: deadlineMs }, async () => {
    await using runtime = await open()
    const job = `moorage-rotation-${process.pid}-${Date.now()}`
    const many = Array.from({ length: volumes }, (_, count) => `${job}-${count}-`.padEnd(200, 'x'))
    const last = `${job}-last`
    const stream = runtime.events({ kinds: ['volume'], signal: AbortSignal.timeout(deadlineMs) })
    let began = false
    const told = tellings(stream, [...many, last], () => {
      began = true
    })
    // A stream begins when its request is answered, which shows by what it tells.
    for (let count = 0; !began; count += 1) await pass(runtime, [`${job}-begins-${count}`])
    await pass(runtime, many)
    await pass(runtime, [last])
    expect((await told).toSorted()).toEqual(bothOf([...many, last]).toSorted())
  })
  it('tells all that its log holds until a time that has passed', { timeout: deadlineMs }, async () => {
    await using runtime = await open()
    const names = Array.from({ length: 20 }, (_, count) => `moorage-past-${process.pid}-${Date.now()}-${count}`)
    const since = new Date()
    await pass(runtime, names)
    const stream = runtime.events({ kinds: ['volume'], since, until: new Date(Date.now() + 1) })
    expect((await tellings(stream, names, () => undefined)).toSorted()).toEqual(bothOf(names).toSorted())
  })
})
