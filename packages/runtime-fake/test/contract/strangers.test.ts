import { runContract, type ContractCase } from '@moorage/runtime-contract-tests'
import type { Runtime } from '@moorage/runtime-core'
import { hostname } from 'node:os'
import { expect, it } from 'vitest'
import { deadlineMs, runBesideOthers, type Wrap } from './beside-others.ts'
import { fakeEnvironment } from './environment.ts'

type Kind = 'containers' | 'networks' | 'volumes' | 'images'
type Filter = { readonly labels?: Readonly<Record<string, string>>; readonly labelKeys?: readonly string[] }

/** How a list is broken: what it answers to a filter. */
const faults = {
  'ignores labels': ({ labels: _labels, labelKeys: _keys, ...filter }: Filter) => filter,
  'ignores every filter': () => ({}),
} as const

const methods = {
  containers: ['listContainers', 'pruneContainers'],
  networks: ['listNetworks', 'pruneNetworks'],
  volumes: ['listVolumes', 'pruneVolumes'],
  images: ['listImages', 'pruneImages'],
} as const

type List = (filter?: Filter, options?: object) => Promise<readonly { readonly id?: string; readonly name?: string }[]>

/** An adapter whose list of a kind is broken, and with it everything that is made of the list: a find and a prune. */
function withList(runtime: Runtime, kind: Kind, change: (list: List) => List): Partial<Runtime> {
  const [listMethod, pruneMethod] = methods[kind]
  const list = change(runtime[listMethod] as List)
  const removals = {
    containers: (id: string) => runtime.removeContainer(id),
    networks: (id: string) => runtime.removeNetwork(id),
    volumes: (id: string) => runtime.removeVolume(id),
    images: (id: string) => runtime.removeImage(id, { force: true }),
  }
  const prune = async (filter: Filter): Promise<unknown> => {
    // The guard of a runtime refuses a prune without labels before the adapter hears of it.
    if (Object.keys(filter?.labels ?? {}).length === 0) return runtime[pruneMethod](filter as never)
    const removed: string[] = []
    for (const { id, name } of await list(filter)) {
      const key = id ?? name ?? ''
      await removals[kind](key).then(
        () => removed.push(key),
        () => undefined,
      )
    }
    return { removed, reclaimedBytes: 0 }
  }
  const finds = {
    findContainer: async (filter: Filter) => (await list(filter))[0],
    findContainerByLabel: async (key: string, value: string) => (await list({ labels: { [key]: value } }))[0],
  }
  const broken: object = { [listMethod]: list, [pruneMethod]: prune, ...(kind === 'containers' && finds) }
  return broken
}

/** Answers the resources of others only, and claims that they have what was asked for. */
const othersInstead: (list: List) => List =
  (list) =>
  async ({ labels = {}, ...filter } = {}, options) => {
    const all = await list(filter, options)
    const own = new Set((await list({ ...filter, labels }, options)).map(({ id, name }) => id ?? name))
    return Object.keys(labels).length === 0
      ? all
      : all.filter(({ id, name }) => !own.has(id ?? name)).map((row) => ({ ...row, labels }))
  }

const ways: readonly (readonly [string, (list: List) => List])[] = [
  ...Object.entries(faults).map(
    ([name, change]) =>
      [
        name,
        (list: List): List =>
          (filter = {}, options) =>
            list(change(filter), options),
      ] as const,
  ),
  ['answers the resources of others, with the labels that were asked for', othersInstead],
]

/** Cases that remove, prune or stop what lists and filters answer, or whose clean-up does. */
const listsAndRemoves = ({ id }: ContractCase): boolean =>
  /^(?:helpers\/scope|changes\/prune|compose\/(?:up|down)|containers\/(?:list|find|run)|networks|volumes|images\/list)/.test(
    id,
  )

const kinds = ['containers', 'networks', 'volumes', 'images'] as const

it.each(kinds.flatMap((kind) => ways.map(([way, change]) => ({ kind, way, change }))))(
  'a list of $kind that $way fails cases and harms no resource of others',
  { timeout: deadlineMs },
  async ({ kind, change }) => {
    const report = await runBesideOthers((runtime) => withList(runtime, kind, change), listsAndRemoves, {
      compose: true,
      withIdle: true,
    })
    expect(report.ok).toBe(false)
    expect(report.harm).toEqual([])
    expect(report.unexpected.map(({ reason }) => reason).join()).toMatch(/not touched|which lacks them/)
  },
)

it('a whole run on lists that ignore every filter harms no resource of others', { timeout: deadlineMs }, async () => {
  const wrap: Wrap = (runtime) =>
    Object.assign(
      {},
      ...kinds.map((kind) => withList(runtime, kind, (list) => (_filter, options) => list({}, options))),
    )
  const report = await runBesideOthers(wrap, undefined, { withIdle: true })
  expect([report.ok, report.harm]).toEqual([false, []])
})

it.each(['findContainer', 'findContainerByLabel'] as const)(
  'a %s that answers containers of others harms none of them',
  { timeout: deadlineMs },
  async (method) => {
    const wrap: Wrap = (runtime) => ({
      [method]: async () => (await runtime.listContainers()).find(({ name }) => name === 'other-container'),
    })
    const report = await runBesideOthers(wrap, listsAndRemoves, { compose: true })
    expect([report.ok, report.harm]).toEqual([false, []])
  },
)

it('an inspection that answers a container of the case for one of others harms none of them', async () => {
  const wrap: Wrap = (runtime) => ({
    ...withList(runtime, 'containers', (list) => (_filter, options) => list({}, options)),
    async inspectContainer(id, options) {
      const details = await runtime.inspectContainer(id, options)
      const [own] = await runtime.listContainers({ labelKeys: ['org.moorage.contract.case'] })
      return details.name.startsWith('other') && own !== undefined ? runtime.inspectContainer(own.id) : details
    },
  })
  const report = await runBesideOthers(wrap, listsAndRemoves, { withIdle: true })
  expect([report.ok, report.harm]).toEqual([false, []])
})

/** A prune that looks at nothing, not even at whether labels were given. */
function prunesAll(runtime: Runtime): Partial<Runtime> {
  return {
    async pruneContainers() {
      const idle = await runtime.listContainers({ status: ['created', 'exited'] })
      for (const { id } of idle) await runtime.removeContainer(id)
      return { removed: idle.map(({ id }) => id), reclaimedBytes: 0 }
    },
  }
}

it('a prune that ignores labels is charged with the strangers that it removed', { timeout: deadlineMs }, async () => {
  const report = await runBesideOthers(prunesAll, listsAndRemoves, { mayPrune: false })
  expect(report.ok).toBe(false)
  expect(report.harm.length).toBe(3)
  expect(report.harm.every((text) => /^changes\/prune\/.*: a stranger .* was removed: container /.test(text))).toBe(
    true,
  )
})

it('a prune is not called while idle resources of others are there', { timeout: deadlineMs }, async () => {
  const report = await runBesideOthers(prunesAll, listsAndRemoves, { mayPrune: false, withIdle: true })
  expect([report.ok, report.harm, report.unexpected]).toEqual([false, [], []])
  const untested = report.results.filter(({ verdict }) => verdict === 'not-testable')
  expect(untested.map(({ reason }) => reason)).toContain(
    'container other-idle is idle: pruneContainers is called beside it only with `mayPrune`',
  )
})

it('harm is red even where the baseline knows that the case fails', { timeout: deadlineMs }, async () => {
  const environment = fakeEnvironment({ wrap: (runtime) => ({ ...runtime, ...prunesAll(runtime) }) })
  const only = ({ id }: ContractCase): boolean => id === 'changes/prune/removes-what-is-labelled-and-idle'
  const baseline = [{ case: 'changes/prune/removes-what-is-labelled-and-idle', reason: 'it is known' }]
  const report = await runContract({ name: 'known', ...environment, only, baseline })
  expect([report.unexpected, report.ok, report.harm.length]).toEqual([[], false, 3])
})

it('leaves nothing behind, and removes what killed runs left, but not what inherited their labels', async () => {
  const environment = fakeEnvironment()
  const other = environment.openUnwrapped()
  const { image } = environment.programs
  // No process has this id: it is above the largest one that Linux gives.
  const owner = `${hostname()}/4194305`
  const ofRun = { 'org.moorage.contract.run': 'dead', 'org.moorage.contract.owner': owner }
  const ofStranger = { 'org.moorage.contract.stranger': 'dead', 'org.moorage.contract.stranger.owner': owner }
  await other.createContainer({ image, name: 'left-by-a-case', labels: ofRun })
  await other.createVolume({ name: 'left-by-a-run', labels: ofStranger })
  const built = await other.buildImage({
    context: { files: { Dockerfile: `FROM ${image}\n` } },
    tags: ['mine:1'],
    labels: ofRun,
  })
  await other.createContainer({ image: built.id, name: 'heir' })
  const only = ({ id }: ContractCase): boolean => id.startsWith('volumes/')
  const report = await runContract({ name: 'after a killed run', ...environment, only })
  expect([report.ok, report.harm]).toEqual([true, []])
  expect((await other.listContainers()).map(({ name }) => name)).toEqual(['heir'])
  expect(await other.listVolumes()).toEqual([])
  const tags = (await other.listImages()).flatMap((row) => row.tags)
  expect(tags.filter((tag) => tag.startsWith('moorage-stranger'))).toEqual([])
  expect(tags).toContain('mine:1')
  await other.close()
})
