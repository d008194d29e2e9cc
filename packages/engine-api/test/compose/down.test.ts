import type { ComposeDownOptions } from '@moorage/runtime-core'
import { expect, it } from 'vitest'
import type { ComposeRunner } from '../../src/compose/cli.ts'
import { composeDown } from '../../src/compose/down.ts'
import type { EngineMethods } from '../../src/compose/engine-methods.ts'
import { composeFailed } from '../../src/compose/failures.ts'
import { Turns } from '../../src/compose/turns.ts'

const projectName = 'harbour'
const stillUsed = composeFailed({
  operation: 'composeDown',
  kind: 'other',
  arguments: ['down'],
  lastLines: ['network is in use'],
})

/** Every look finds the next ids, and the last ones from then on; every down ends as the next outcome says. */
function engine(
  looks: readonly (readonly string[])[],
  networks: readonly string[],
  outcomes: readonly Error[],
  volumes: readonly string[] = [],
) {
  const told = { downs: 0, looks: 0 }
  const nobody = (): Promise<never> => Promise.reject(new Error('nobody asks for this'))
  const adapter = {
    async listContainers() {
      // The first one plans the first down.
      const ids = looks[Math.min(Math.max(told.looks - 1, 0), looks.length - 1)] ?? []
      told.looks += 1
      return ids.map((id) => ({ id, name: id, labels: {} }))
    },
    listNetworks: async () => networks.map((name) => ({ name })),
    listVolumes: async () => volumes.map((name) => ({ name })),
    inspectContainer: nobody,
    removeImage: nobody,
    containerLogs: () => expect.fail('nobody reads logs'),
  } as unknown as EngineMethods
  const cli: ComposeRunner = {
    async run() {
      const outcome = outcomes[told.downs]
      told.downs += 1
      if (outcome !== undefined) throw outcome
      return ''
    },
  }
  const down = (options: ComposeDownOptions = {}): Promise<void> =>
    composeDown(cli, adapter, new Turns(), { projectName }, options)
  return { told, down }
}

it('a down ends when two looks in a row find nothing', async () => {
  const { told, down } = engine([[]], [], [])
  await down()
  expect(told).toEqual({ downs: 1, looks: 3 })
})

it('what comes between the looks is taken down too', async () => {
  const { told, down } = engine([[], ['late'], []], [], [])
  await down()
  expect(told.downs).toBe(2)
})

it('a failure is forgotten where the next down ends well', async () => {
  const { told, down } = engine([['one'], []], [], [stillUsed])
  await down()
  expect(told.downs).toBe(2)
})

it('a failure that stays is told', async () => {
  const { told, down } = engine([['one']], [], [stillUsed, stillUsed])
  await expect(down()).rejects.toBe(stillUsed)
  expect(told.downs).toBe(2)
})

it('a network that somebody else uses stays', async () => {
  const { told, down } = engine([[]], ['shared'], [])
  await down()
  expect(told.downs).toBe(2)
})

it('volumes are looked at where they are to go, and stay where somebody else uses them', async () => {
  const { told, down } = engine([[]], [], [], ['data'])
  await down()
  expect(told.downs).toBe(1)
  await down({ removeVolumes: true })
  expect(told.downs).toBe(3)
})

it('containers that never go are told, in the end', async () => {
  const { told, down } = engine([['stuck']], [], [])
  await expect(down()).rejects.toMatchObject({ code: 'COMPOSE_FAILED', message: expect.stringContaining('stuck') })
  expect(told.downs).toBe(10)
})

it('an abort between the looks rejects with its reason', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const { down } = engine([[]], [], [])
  const coming = down({ signal: controller.signal })
  controller.abort(reason)
  await expect(coming).rejects.toBe(reason)
})
