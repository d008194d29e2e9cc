import { expect, it, vi } from 'vitest'
import type { EngineClient } from '../../src/client/client.ts'
import { confirmEnd } from '../../src/containers/live-process.ts'

// The pauses add up to half a minute.
vi.mock('node:timers/promises', () => ({ setTimeout: () => Promise.resolve() }))

it.each([
  ['is not in the list of processes', 121, { Processes: [['1', 'S']] }],
  ['is a zombie', 121, { Processes: [['9', 'Z']] }],
  ['runs in a container without a list', 9, {}],
  ['is in the list of processes', 2, { Processes: [['9', 'S']] }],
])('a process that is reported as running for ever, and %s, is lost', async (_what, most, list) => {
  let looks = 0
  const client = { dialect: { processIdsQuery: 'pid' }, json: async () => list } as unknown as EngineClient
  const look = async (): Promise<{ pid: number; containerId: string }> => {
    looks += 1
    return { pid: 9, containerId: 'web' }
  }
  await expect(confirmEnd(client, look, undefined)).rejects.toMatchObject({ kind: 'connection-lost' })
  expect(looks).toBe(most)
})
