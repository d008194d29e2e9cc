import { once } from 'node:events'
import type { ComposeUpOptions } from '@moorage/runtime-core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ComposeRunner } from '../../src/compose/cli.ts'
import { composeFailed } from '../../src/compose/failures.ts'
import type { EngineMethods } from '../../src/compose/engine-methods.ts'
import { Turns } from '../../src/compose/turns.ts'
import { composeUp } from '../../src/compose/up.ts'
import { abortable } from '../../src/transport/abort.ts'

const soonMs = 20_000

/** A compose that never ends by itself. */
const hangs: ComposeRunner = {
  async run({ signal }) {
    if (signal === undefined) return expect.fail('nothing would ever end it')
    if (!signal.aborted) await once(signal, 'abort')
    throw signal.reason
  },
}

const nobody = (): Promise<never> => Promise.reject(new Error('nobody looks at the engine before the files are read'))
const adapter = {
  listContainers: nobody,
  inspectContainer: nobody,
  listNetworks: nobody,
  listVolumes: nobody,
  stopContainer: nobody,
  removeContainer: nobody,
  inspectImage: nobody,
  removeImage: nobody,
  removeNetwork: nobody,
  removeVolume: nobody,
  containerLogs: () => expect.fail('nobody reads logs'),
}

it('an up whose time is over while compose reads the files says so', { timeout: soonMs }, async () => {
  const coming = composeUp(hangs, adapter, new Turns(), {}, { wait: true, waitTimeoutMs: 50 }, { tendsHealth: false })
  await expect(coming).rejects.toMatchObject({ code: 'COMPOSE_FAILED', details: { kind: 'timeout' } })
})

it.each([
  ['before', AbortSignal.abort('enough')],
  ['while', AbortSignal.timeout(50)],
])(
  'an up that is aborted %s compose reads the files rejects with the reason',
  { timeout: soonMs },
  async (_, signal) => {
    const coming = composeUp(
      hangs,
      adapter,
      new Turns(),
      {},
      { signal, wait: true, waitTimeoutMs: 600_000 },
      { tendsHealth: false },
    )
    const error: unknown = await coming.catch((reason: unknown) => reason)
    expect(error).toBe(signal.reason)
  },
)

describe('an up whose engine does not answer', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** Compose reads the files, and is well or unhappy; nobody answers a look. */
  function silent(verb: 'ends well' | 'fails at a job') {
    const cli: ComposeRunner = {
      async run({ verb: [first] }) {
        if (first === 'config') return JSON.stringify({ name: 'harbour', services: { web: {} } })
        if (verb === 'ends well') return ''
        const lastLines = ['service "web" didn\'t complete successfully: exit 1']
        throw composeFailed({ operation: 'composeUp', kind: 'job-failed', arguments: [], lastLines })
      },
    }
    const listContainers: EngineMethods['listContainers'] = (_, { signal } = {}) =>
      abortable(signal, () => new Promise<never>(() => undefined))
    return (options: ComposeUpOptions) =>
      composeUp(cli, { ...adapter, listContainers }, new Turns(), {}, options, { tendsHealth: false })
  }

  it('ends after its deadline all the same', async () => {
    const coming = silent('ends well')({ wait: true, waitTimeoutMs: 1000 }).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(await coming).toMatchObject({ code: 'COMPOSE_FAILED', details: { kind: 'timeout' } })
  })

  it('is told in compose’s own words where compose has failed', async () => {
    const coming = silent('fails at a job')({}).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(20_000)
    const error = await coming
    expect(error).toMatchObject({ code: 'COMPOSE_FAILED', details: { kind: 'job-failed' } })
  })

  it('is left by its signal, also in the look after the deadline', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const options = { wait: true, waitTimeoutMs: 1000, signal: controller.signal }
    const coming = silent('ends well')(options).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(2000)
    controller.abort(reason)
    expect(await coming).toBe(reason)
  })
})

it('an up that waits for another one’s turn is late too', { timeout: soonMs }, async () => {
  const turns = new Turns()
  const cli: ComposeRunner = {
    run: async () => JSON.stringify({ name: 'harbour', services: {} }),
  }
  void turns.take('harbour', undefined, () => new Promise<never>(() => undefined))
  const coming = composeUp(cli, adapter, turns, {}, { wait: true, waitTimeoutMs: 50 }, { tendsHealth: false })
  await expect(coming).rejects.toMatchObject({ code: 'COMPOSE_FAILED', details: { kind: 'timeout' } })
})
