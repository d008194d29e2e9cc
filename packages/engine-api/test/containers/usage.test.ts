import { describe, expect, it } from 'vitest'
import { runningContainer, scriptEngine, sendJson, type Answer } from '../scripted-engine.ts'

const id = 'c'.repeat(64)
const exited = { ...runningContainer(), State: { Status: 'exited', ExitCode: 0, StartedAt: '2026-01-01T00:00:01Z' } }
const restarting = { ...exited, State: { ...exited.State, Status: 'restarting' } }
const first = { read: '2026-01-01T00:00:02Z', pids_stats: { current: 1 } }
const second = { ...first, read: '2026-01-01T00:00:03Z', cpu_stats: { cpu_usage: { total_usage: 5e8 } } }
const zeros = { read: '0001-01-01T00:00:00Z', pids_stats: {}, networks: null }

const lines =
  (...messages: readonly unknown[]): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(messages.map((message) => `${JSON.stringify(message)}\n`).join(''))
  }

/** The container runs when the call begins, and is as given once the statistics have ended. */
async function readStats(stats: Answer, after: object): Promise<number> {
  let isFirst = true
  const inspect: Answer = (_request, response) => {
    sendJson(response, isFirst ? runningContainer() : after)
    isFirst = false
  }
  await using engine = await scriptEngine({
    'GET /containers/web/json': inspect,
    [`GET /containers/${id}/json`]: inspect,
    [`GET /containers/${id}/stats`]: stats,
    [`GET /containers/${id}/top`]: { Titles: ['PID', 'STAT'], Processes: [['7', 'S']] },
  })
  let samples = 0
  for await (const _sample of engine.adapter.containerStats?.('web') ?? []) samples += 1
  return samples
}

describe('containerStats', () => {
  it.each([
    ['without a sample', []],
    ['after samples', [first, second]],
    ['with zeros', [first, second, zeros]],
  ])('rejects with CONNECTION_LOST where it ends %s while the container runs', async (_what, messages) => {
    const reading = readStats(lines(...messages), runningContainer())
    await expect(reading).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  })

  it.each([
    ['has exited', exited],
    ['waits for its next run', restarting],
  ])('ends where the container %s', async (_what, after) => {
    expect(await readStats(lines(first, second), after)).toBe(1)
    expect(await readStats(lines(first, second, zeros), after)).toBe(1)
  })

  it('ends with a failure of the engine only where the container runs', async () => {
    const failed = lines(first, second, { message: 'no such container' })
    expect(await readStats(failed, exited)).toBe(1)
    await expect(readStats(failed, runningContainer())).rejects.toMatchObject({ code: 'ENGINE_ERROR' })
  })

  it.each([
    null,
    42,
    [],
    '',
    {},
    { read: 42 },
    { read: 'now' },
    { ...first, pids_stats: 1 },
    { ...first, pids_stats: { current: '1' } },
    { ...first, networks: { eth0: null } },
    { ...first, networks: { eth0: { rx_bytes: '1' } } },
    { ...first, blkio_stats: { io_service_bytes_recursive: {} } },
  ])('rejects with PROTOCOL_ERROR for the sample %j', async (sample) => {
    await expect(readStats(lines(sample), runningContainer())).rejects.toMatchObject({ code: 'PROTOCOL_ERROR' })
    await expect(readStats(lines(first, sample), exited)).rejects.toMatchObject({ code: 'PROTOCOL_ERROR' })
  })
})

it.each([
  [null],
  [{}],
  [{ Titles: 'PID' }],
  [{ Titles: ['PID'], Processes: {} }],
  [{ Titles: ['PID'], Processes: [1] }],
])('containerProcesses rejects with PROTOCOL_ERROR for the list %j', async (list) => {
  await using engine = await scriptEngine({ 'GET /containers/web/top': lines(list) })
  await expect(engine.adapter.containerProcesses?.('web')).rejects.toMatchObject({ code: 'PROTOCOL_ERROR' })
})
