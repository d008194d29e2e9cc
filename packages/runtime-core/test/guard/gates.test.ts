import { describe, expect, test } from 'vitest'
import {
  capabilityKinds,
  createRuntime,
  defineCapabilities,
  RuntimeError,
  type Capabilities,
  type ContainerSpec,
  type RuntimeAdapter,
} from '@moorage/runtime-core'
import { rejection } from '../deferred.ts'
import { invokeWell, type MethodName } from '../every-call.ts'
import { record } from '../recording-adapter.ts'

const methodsByGate: Partial<Record<keyof Capabilities, readonly MethodName[]>> = {
  build: ['buildImage'],
  pushImage: ['pushImage'],
  imageArchives: ['saveImages', 'loadImages'],
  imageHistory: ['imageHistory'],
  interactiveStreams: ['startExec', 'attachContainer'],
  restart: ['restartContainer'],
  pause: ['pauseContainer', 'unpauseContainer'],
  rename: ['renameContainer'],
  update: ['updateContainer'],
  stats: ['containerStats', 'containerProcesses'],
  archives: ['copyToContainer', 'copyFromContainer', 'statPath', 'readFile', 'writeFile'],
  networkConnect: ['connectNetwork', 'disconnectNetwork'],
  prune: ['pruneContainers', 'pruneImages', 'pruneNetworks', 'pruneVolumes'],
  events: ['events'],
  compose: ['composeUp', 'composeDown', 'findComposeContainer', 'composePs', 'composeLogs', 'composeConfig'],
  checkpoint: ['checkpointContainer', 'restoreContainer'],
}
const gated = Object.entries(methodsByGate).flatMap(([gate, methods]) =>
  methods.map((method) => ({ gate: gate as keyof Capabilities, method })),
)

describe.each(gated)('$method behind $gate', ({ gate, method }) => {
  test('is UNSUPPORTED without its gate, naming it', async () => {
    const { runtime, reached } = record({ lacks: [gate] })
    const error = await rejection(invokeWell(runtime, method))
    expect(error).toMatchObject({ code: 'UNSUPPORTED', operation: method, details: { capability: gate } })
    expect(reached()).toEqual([])
  })

  test('is UNSUPPORTED when the adapter claims the gate and has no such method', async () => {
    const { runtime, reached } = record({ without: [method] })
    expect(await rejection(invokeWell(runtime, method))).toMatchObject({ code: 'UNSUPPORTED' })
    expect(reached()).toEqual([])
  })

  test('needs no other gate', async () => {
    const others = Object.keys(capabilityKinds).filter((name) => name !== gate) as (keyof Capabilities)[]
    const { runtime, reached } = record({
      lacks: others,
      answers: {
        startExec: () => Promise.reject(new Error('reached')),
        attachContainer: () => Promise.reject(new Error('reached')),
      },
    })
    await invokeWell(runtime, method).catch((error: unknown) => expect(error).toMatchObject({ message: 'reached' }))
    expect(reached()).toEqual(expect.arrayContaining([method]))
  })
})

const fields: readonly { field: keyof ContainerSpec; gate: keyof Capabilities; asks: unknown; asksNothing: unknown }[] =
  [
    { field: 'resources', gate: 'resourceLimits', asks: { memoryBytes: 1 }, asksNothing: {} },
    { field: 'restart', gate: 'restartPolicies', asks: { policy: 'always' }, asksNothing: { policy: 'no' } },
    { field: 'namespaces', gate: 'namespaceSharing', asks: { uts: 'host' }, asksNothing: {} },
    { field: 'privileged', gate: 'hostDevices', asks: true, asksNothing: false },
    { field: 'devices', gate: 'hostDevices', asks: [{ hostPath: '/dev/null' }], asksNothing: [] },
    { field: 'gpus', gate: 'hostDevices', asks: 'all', asksNothing: undefined },
  ]

describe.each(fields)('the field $field of a container spec', ({ field, gate, asks, asksNothing }) => {
  const specWith = (value: unknown): ContainerSpec => ({ image: 'tools', [field]: value })

  test('is refused without its gate, naming both', async () => {
    const { runtime, reached } = record({ lacks: [gate] })
    for (const method of ['createContainer', 'runContainer'] as const) {
      const error = await rejection(runtime[method](specWith(asks)))
      expect(error).toMatchObject({ code: 'UNSUPPORTED', details: { capability: gate, field: `spec.${field}` } })
    }
    expect(reached()).toEqual([])
  })

  test('passes without its gate when it asks for nothing', async () => {
    const { runtime, reached } = record({ lacks: [gate] })
    await runtime.createContainer(specWith(asksNothing))
    expect(reached()).toEqual(['createContainer'])
  })

  test('passes with its gate', async () => {
    const { runtime, call } = record()
    await runtime.createContainer(specWith(asks))
    expect(call('createContainer').args[0]).toHaveProperty(field, asks)
  })
})

test.each([
  { gate: 'buildSecrets', field: 'secrets', value: { token: { value: 's3cret' } } },
  { gate: 'buildSsh', field: 'ssh', value: { default: { agentSocket: '/agent' } } },
] as const)('$field of a build stands behind $gate', async ({ gate, field, value }) => {
  const { runtime, reached } = record({ lacks: [gate] })
  const spec = { context: { directory: '.' }, [field]: value }
  const error = await rejection(runtime.buildImage(spec))
  expect(error).toMatchObject({ code: 'UNSUPPORTED', details: { capability: gate, field: `spec.${field}` } })
  expect(String(error)).not.toContain('s3cret')
  await runtime.buildImage({ context: { directory: '.' }, [field]: {} })
  expect(reached()).toEqual(['buildImage'])
})

test('an UNSUPPORTED names the backend and what to do', async () => {
  const { runtime } = record({ lacks: ['pause'] })
  const error = await rejection(runtime.pauseContainer('box'))
  expect(RuntimeError.is(error, 'UNSUPPORTED') && error.message).toMatch(
    /recording backend.*`pause`.*runtime\.capabilities/s,
  )
})

test('capabilities are a frozen copy of what the adapter claims', () => {
  const { runtime } = record({ lacks: ['compose'] })
  expect(Object.isFrozen(runtime.capabilities)).toBe(true)
  expect(runtime.capabilities).toMatchObject({ compose: false, build: true })
  expect(JSON.parse(JSON.stringify(runtime.capabilities))).toEqual(runtime.capabilities)
})

test('an adapter that was written before a capability existed does not claim it', async () => {
  const adapter = { backend: 'old', capabilities: {}, close: async () => {} } as unknown as RuntimeAdapter
  const runtime = createRuntime(adapter)
  expect(runtime.capabilities).toEqual(defineCapabilities({}))
  expect(await rejection(runtime.composePs({}))).toMatchObject({ code: 'UNSUPPORTED' })
})
