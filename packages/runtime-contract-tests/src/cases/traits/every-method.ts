import type { ContractCase } from '../case.ts'
import { equal, ok, rejection, rejects, rejectsWith } from '../../world/assertions.ts'
import { noListeners } from '../../world/latency.ts'
import { containerMethods, methodCalls, missingId, type MethodCall } from './methods.ts'

function needs({ gate }: MethodCall): Pick<ContractCase, 'needs'> {
  return gate === undefined ? {} : { needs: [gate] }
}

/** What holds for every method, written once. */
const alreadyAborted = methodCalls.map((method): ContractCase => ({
  id: `calls/abort/${method.name}-rejects-before-anything-is-sent`,
  clauses: ['abort.before', 'abort.no-listener'],
  ...needs(method),
  async run(world) {
    const controller = new AbortController()
    const reason = new Error('before')
    controller.abort(reason)
    const options = { signal: controller.signal }
    await rejectsWith(reason, () => method.call(world.runtime, world, options))
    noListeners(controller.signal)
  },
}))

const afterwards = methodCalls.map((method): ContractCase => ({
  id: `calls/abort/${method.name}-leaves-no-listener`,
  clauses: ['abort.no-listener'],
  ...needs(method),
  async run(world) {
    const { signal } = new AbortController()
    await method.call(world.runtime, world, { signal }).then(
      // What lives on after its call keeps its listener as long as it lives; none of these has come to life.
      (answer) => {
        if (method.name === 'createContainer' || method.name === 'runContainer') {
          world.removeLater((answer as { readonly id: string }).id)
        }
        if (method.name === 'createNetwork') {
          world.onCleanup(() => world.runtime.removeNetwork((answer as { readonly id: string }).id))
        }
        if (method.name === 'createVolume') {
          world.onCleanup(() => world.runtime.removeVolume((answer as { readonly name: string }).name))
        }
      },
      () => undefined,
    )
    noListeners(signal)
  },
}))

const closed = methodCalls.map((method): ContractCase => ({
  id: `calls/close/${method.name}-is-refused-afterwards`,
  clauses: ['close.refuses', 'errors.branded'],
  async run(world) {
    await world.runtime.close()
    await rejects('RUNTIME_CLOSED', () => method.call(world.runtime, world, {}))
  },
}))

const unclaimed = methodCalls.flatMap((method): ContractCase[] => {
  const { gate } = method
  if (gate === undefined) return []
  return [
    {
      id: `calls/gates/${method.name}-is-refused-without-its-gate`,
      clauses: ['capabilities.gate-refused', 'errors.branded'],
      lacks: gate,
      async run(world) {
        const error = await rejects('UNSUPPORTED', () => method.call(world.runtime, world, {}))
        equal(error.details.capability, gate)
      },
    },
  ]
})

const missingContainer = methodCalls
  .filter(({ name }) => containerMethods.has(name))
  .map((method): ContractCase => ({
    id: `calls/missing/${method.name}-says-that-there-is-no-container`,
    clauses: ['missing.container', 'missing.named', 'errors.branded'],
    ...needs(method),
    async run(world) {
      const error = await rejects('CONTAINER_NOT_FOUND', () => method.call(world.runtime, world, {}))
      equal(error.resource, { kind: 'container', id: missingId })
    },
  }))

const missingOthers = (
  [
    ['inspectImage', 'IMAGE_NOT_FOUND', 'missing.image'],
    ['tagImage', 'IMAGE_NOT_FOUND', 'missing.image'],
    ['pushImage', 'IMAGE_NOT_FOUND', 'missing.image'],
    ['inspectNetwork', 'NETWORK_NOT_FOUND', 'missing.network'],
    ['inspectVolume', 'VOLUME_NOT_FOUND', 'missing.volume'],
  ] as const
).flatMap(([name, code, clause]): ContractCase[] => {
  const method = methodCalls.find((candidate) => candidate.name === name)
  if (method === undefined) return []
  return [
    {
      id: `calls/missing/${name}-says-that-there-is-none`,
      clauses: [clause, 'missing.named', 'errors.branded'],
      ...needs(method),
      async run(world) {
        const error = await rejects(code, () => method.call(world.runtime, world, {}))
        ok(error.resource !== undefined && error.message.includes(error.resource.id), 'the message does not name it')
      },
    },
  ]
})

/** The claimed half: with its gate a method does not say that it is unsupported. */
const claimed = methodCalls.flatMap((method): ContractCase[] => {
  const { gate } = method
  if (gate === undefined) return []
  return [
    {
      id: `calls/gates/${method.name}-is-there-with-its-gate`,
      clauses: ['capabilities.gate-refused'],
      needs: [gate],
      async run(world) {
        const outcome: unknown = await method
          .call(world.runtime, world, {})
          .then(() => undefined)
          .catch((error: unknown) => error)
        if (outcome === undefined) return
        const error = await rejection(Promise.reject(outcome))
        ok(
          !(error instanceof Error && 'code' in error && error.code === 'UNSUPPORTED'),
          'the gate is claimed and refused',
        )
      },
    },
  ]
})

export const everyMethod: readonly ContractCase[] = [
  ...alreadyAborted,
  ...afterwards,
  ...closed,
  ...unclaimed,
  ...claimed,
  ...missingContainer,
  ...missingOthers,
]
