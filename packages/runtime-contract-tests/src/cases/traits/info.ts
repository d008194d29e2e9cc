import { capabilityKinds, type CapabilityName } from '@moorage/runtime-core'
import type { ContractCase } from '../case.ts'
import { equal, ok, rejects } from '../../world/assertions.ts'

export const infoAndCapabilities: readonly ContractCase[] = [
  {
    id: 'calls/info/tells-what-the-engine-is',
    clauses: ['info.answers'],
    async run({ runtime }) {
      const info = await runtime.info()
      for (const field of [
        'backend',
        'engineId',
        'engineName',
        'engineVersion',
        'operatingSystem',
        'architecture',
      ] as const) {
        ok(typeof info[field] === 'string' && info[field] !== '', `\`${field}\` is empty`)
      }
      equal(typeof info.rootless, 'boolean', 'rootless')
    },
  },
  {
    id: 'calls/info/is-the-same-for-two-runtimes-of-one-engine',
    clauses: ['info.same-engine'],
    async run(world) {
      const other = await world.openAnother()
      equal((await other.info()).engineId, (await world.runtime.info()).engineId)
    },
  },
  {
    id: 'calls/capabilities/are-whole-frozen-and-constant',
    clauses: ['capabilities.shape'],
    async run({ runtime }) {
      const before = runtime.capabilities
      equal(Object.keys(before).toSorted(), Object.keys(capabilityKinds).toSorted())
      for (const [name, value] of Object.entries(before)) equal(typeof value, 'boolean', name)
      ok(Object.isFrozen(before), 'not frozen')
      equal(JSON.parse(JSON.stringify(before)), before)
      await runtime.info()
      ok(runtime.capabilities === before, 'another object after a call')
    },
  },
  ...(
    [
      ['resources', 'resourceLimits', { resources: { memoryBytes: 64 * 1024 * 1024 } }],
      ['restart', 'restartPolicies', { restart: { policy: 'always' } }],
      ['namespaces', 'namespaceSharing', { namespaces: { network: 'none' } }],
      ['privileged', 'hostDevices', { privileged: true }],
    ] as const satisfies readonly (readonly [string, CapabilityName, object])[]
  ).flatMap(([field, gate, change]): ContractCase[] => [
    {
      id: `calls/gates/the-field-${field}-is-refused-without-its-gate`,
      clauses: ['capabilities.field-refused'],
      lacks: gate,
      async run(world) {
        const error = await rejects('UNSUPPORTED', () =>
          world.runtime.createContainer(world.spec(world.programs.exit(0), change)),
        )
        equal(error.details, { capability: gate, field: `spec.${field}` })
        equal(await world.runtime.listContainers({ labels: world.labels }), [])
      },
    },
    {
      id: `calls/gates/the-field-${field}-is-taken-with-its-gate`,
      clauses: ['capabilities.field-refused'],
      needs: [gate],
      async run(world) {
        const { id } = await world.create(world.programs.exit(0), change)
        equal((await world.runtime.inspectContainer(id)).status, 'created')
      },
    },
  ]),
]
