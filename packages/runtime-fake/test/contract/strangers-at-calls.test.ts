import { runCase, runContract, type ContractCase } from '@moorage/runtime-contract-tests'
import type { Runtime } from '@moorage/runtime-core'
import { expect, it } from 'vitest'
import { deadlineMs, runBesideOthers, type Wrap } from './beside-others.ts'
import { fakeEnvironment } from './environment.ts'

it.each(['createContainer', 'runContainer'] as const)(
  'a %s that answers a running container of others harms it in no case',
  { timeout: deadlineMs },
  async (method) => {
    const wrap: Wrap = (runtime) => ({
      async [method](...given: Parameters<Runtime['createContainer']>) {
        const made = await runtime[method](...given)
        const other = (await runtime.listContainers()).find(({ name }) => name === 'other-container')
        if (other === undefined) return made
        await runtime.removeContainer(made.id, { force: true })
        return { ...made, id: other.id, name: other.name }
      },
    })
    const changesContainers = ({ id }: ContractCase): boolean =>
      /^(?:lifecycle|containers|exec|archives|changes)\//.test(id)
    const report = await runBesideOthers(wrap, changesContainers)
    expect(report.ok).toBe(false)
    expect(report.unexpected.map(({ reason }) => reason).join()).toMatch(
      /container other-container does not carry the labels of the case: it was not touched/,
    )
  },
)

it('a container of others that is changed by its name is inspected each time', async () => {
  const environment = fakeEnvironment()
  const other = environment.openUnwrapped()
  const { id } = await other.runContainer({
    name: 'other-container',
    image: environment.programs.image,
    command: ['forever'],
  })
  const contractCase: ContractCase = {
    id: 'test/test/test',
    clauses: ['info.answers'],
    run: ({ runtime }) => runtime.killContainer('other-container'),
  }
  const { verdict, reason } = await runCase(contractCase, environment)
  expect([verdict, reason]).toEqual([
    'fail',
    'container other-container does not carry the labels of the case: it was not touched',
  ])
  expect((await other.inspectContainer(id)).status).toBe('running')
  await other.close()
})

it('removes the strangers and returns the report if inspections fail at the end or a listener throws', async () => {
  let isCut = false
  const environment = fakeEnvironment({
    wrap: (runtime) => ({
      ...runtime,
      inspectNetwork: async (id, options) => {
        if (isCut) throw new Error('cut')
        return runtime.inspectNetwork(id, options)
      },
    }),
  })
  const other = environment.openUnwrapped()
  const left = async (): Promise<readonly string[]> => [
    ...(await other.listContainers()).map(({ name }) => `container ${name}`),
    ...(await other.listVolumes()).map(({ name }) => `volume ${name}`),
    ...(await other.listNetworks()).map(({ name }) => `network ${name}`).filter((name) => name.includes('stranger')),
  ]
  const only = ({ id }: ContractCase): boolean => id === 'volumes/create/with-a-name' || id.startsWith('calls/info/')
  const onResult = (): void => {
    isCut = true
  }
  const cut = await runContract({ name: 'cut', ...environment, only, onResult })
  expect([cut.ok, cut.conforms, cut.harm]).toEqual([false, false, []])
  expect(cut.problems.length).toBe(3)
  expect(cut.problems.every((text) => /^network .*, a stranger, may be left: cut$/.test(text))).toBe(true)
  expect((await left()).every((name) => name.startsWith('network '))).toBe(true)
  isCut = false
  const before = await left()
  const thrown = await runContract({
    name: 'thrown',
    ...environment,
    only,
    onResult: () => {
      throw new Error('listener')
    },
  })
  expect([thrown.ok, thrown.problems.length]).toEqual([false, thrown.results.length])
  expect(await left()).toEqual(before)
  await other.close()
})
