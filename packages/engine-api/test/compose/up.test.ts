import { once } from 'node:events'
import { expect, it } from 'vitest'
import type { ComposeRunner } from '../../src/compose/cli.ts'
import { Turns } from '../../src/compose/turns.ts'
import { composeUp } from '../../src/compose/up.ts'

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
  removeImage: nobody,
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
