import { RuntimeError } from '@moorage/runtime-core'
import { describe, expect, it } from 'vitest'
import { Cleanup } from '../cleanup.ts'

async function run(cleanup: Cleanup): Promise<readonly string[]> {
  const told: string[] = []
  await cleanup.run({
    removing: () => undefined,
    removed: (what) => told.push(what),
    failed: (what, error) => told.push(`${what}: ${String(error)}`),
  })
  return told
}

describe('the cleanup of the demo', () => {
  it('removes the last first, each once, and goes on after a failure', async () => {
    const cleanup = new Cleanup()
    cleanup.add('network', async () => undefined)
    cleanup.add('volume', () => Promise.reject(new Error('no')))
    cleanup.add('container', async () => undefined)
    expect(await run(cleanup)).toEqual(['container', 'volume: Error: no', 'network'])
    expect(await run(cleanup)).toEqual([])
  })

  it('waits for what is still held by something on its way out', async () => {
    const cleanup = new Cleanup()
    let refusals = 2
    cleanup.add('network', async () => {
      refusals -= 1
      if (refusals < 0) return
      throw new RuntimeError('NETWORK_IN_USE', { message: 'in use', operation: 'removeNetwork', details: {} })
    })
    expect(await run(cleanup)).toEqual(['network'])
  })
})
