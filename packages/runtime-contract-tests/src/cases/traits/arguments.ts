import type { ContainerSpec, Runtime } from '@moorage/runtime-core'
import type { ContractCase } from '../case.ts'
import { ok, rejects } from '../../world/assertions.ts'
import type { World } from '../../world/world.ts'

/** A malformed call, and the field that the error must name. */
interface BadCall {
  readonly what: string
  readonly field: string
  readonly call: (runtime: Runtime, world: World) => Promise<unknown>
}

const createWith =
  (change: Record<string, unknown>) =>
  (runtime: Runtime, world: World): Promise<unknown> =>
    runtime.createContainer({ ...world.spec(['true']), ...change } as ContainerSpec)

const badCalls: readonly BadCall[] = [
  { what: 'an-empty-image', field: 'spec.image', call: createWith({ image: '' }) },
  { what: 'an-image-that-is-no-reference', field: 'spec.image', call: createWith({ image: 'Not An Image' }) },
  { what: 'a-name-with-a-slash', field: 'spec.name', call: createWith({ name: 'no/name' }) },
  { what: 'a-command-that-is-text', field: 'spec.command', call: createWith({ command: 'echo' }) },
  { what: 'an-environment-with-an-empty-name', field: 'spec.env', call: createWith({ env: { '': 'x' } }) },
  { what: 'a-label-without-a-key', field: 'spec.labels', call: createWith({ labels: { '': 'x' } }) },
  { what: 'a-label-that-is-no-text', field: 'spec.labels', call: createWith({ labels: { a: 1 } }) },
  { what: 'a-port-beyond-65535', field: 'spec.ports', call: createWith({ ports: [{ containerPort: 65_536 }] }) },
  {
    what: 'a-relative-mount-target',
    field: 'spec.mounts',
    call: createWith({ mounts: [{ type: 'tmpfs', target: 'tmp' }] }),
  },
  {
    what: 'a-negative-limit',
    field: 'spec.resources',
    call: createWith({ resources: { memoryBytes: -1 } }),
  },
  { what: 'an-unknown-field', field: 'spec', call: createWith({ comand: ['true'] }) },
  { what: 'an-empty-id', field: 'id', call: (runtime) => runtime.inspectContainer('') },
  {
    what: 'a-negative-stop-timeout',
    field: 'timeoutMs',
    call: (runtime) => runtime.stopContainer('x', { timeoutMs: -1 }),
  },
  { what: 'an-empty-exec-command', field: 'command', call: (runtime) => runtime.execContainer('x', { command: [] }) },
  {
    what: 'a-negative-output-limit',
    field: 'maxOutputBytes',
    call: (runtime) => runtime.execContainer('x', { command: ['true'] }, { maxOutputBytes: -1 }),
  },
  { what: 'a-negative-tail', field: 'tail', call: (runtime) => runtime.containerLogs('x', { tail: -1 }).next() },
  { what: 'an-empty-label-key-to-find', field: 'key', call: (runtime) => runtime.findContainerByLabel('', 'x') },
  {
    what: 'an-undefined-label-value',
    field: 'filter',
    call: (runtime) => runtime.listContainers({ labels: { a: undefined } as unknown as Record<string, string> }),
  },
  { what: 'an-empty-network-name', field: 'spec.name', call: (runtime) => runtime.createNetwork({ name: '' }) },
  {
    what: 'a-malformed-subnet',
    field: 'spec.subnet',
    call: (runtime, world) => runtime.createNetwork({ ...world.networkSpec(), subnet: 'here' }),
  },
  { what: 'a-volume-name-with-a-slash', field: 'spec.name', call: (runtime) => runtime.createVolume({ name: 'a/b' }) },
  { what: 'a-pull-of-nothing', field: 'reference', call: (runtime) => runtime.pullImage('') },
]

/** A text that may be a password, in a place where it does not belong. */
const misplaced = 'T0K3N=misplaced/Secret value'

const untyped = (value: unknown): never => value as never

const misplacedCalls: readonly { readonly what: string; readonly call: BadCall['call'] }[] = [
  { what: 'an-environment-that-is-text', call: createWith({ env: misplaced }) },
  { what: 'an-environment-that-is-a-list', call: createWith({ env: [misplaced] }) },
  { what: 'a-variable-name-with-its-value', call: createWith({ env: { [misplaced]: '' } }) },
  { what: 'an-unknown-field', call: createWith({ [misplaced]: '' }) },
  { what: 'a-command-that-is-text', call: createWith({ command: misplaced }) },
  { what: 'an-image', call: createWith({ image: misplaced }) },
  { what: 'a-name', call: createWith({ name: misplaced }) },
  { what: 'a-limit', call: createWith({ resources: { memoryBytes: misplaced } }) },
  { what: 'a-mount-type', call: createWith({ mounts: [{ type: misplaced, target: '/a' }] }) },
  { what: 'a-pull-policy', call: createWith({ pullPolicy: misplaced }) },
  { what: 'an-id', call: (runtime) => runtime.inspectContainer(misplaced) },
  {
    what: 'credentials-that-are-text',
    call: (runtime) => runtime.pullImage('registry.test/a:1', untyped({ credentials: misplaced })),
  },
  {
    what: 'credentials-of-another-name',
    call: (runtime) => runtime.pullImage('registry.test/a:1', untyped({ credentials: { [misplaced]: misplaced } })),
  },
  { what: 'a-reference-with-a-password', call: (runtime) => runtime.pullImage(`user:${misplaced}@registry.test/a`) },
  { what: 'options-that-are-text', call: (runtime) => runtime.listNetworks({}, untyped(misplaced)) },
  {
    what: 'the-variables-of-an-exec',
    call: (runtime) => runtime.execContainer('x', untyped({ command: ['env'], env: misplaced })),
  },
  { what: 'the-command-of-an-exec', call: (runtime) => runtime.execContainer('x', untyped({ command: misplaced })) },
  {
    what: 'an-input',
    call: (runtime) => runtime.execContainer('x', { command: ['cat'] }, untyped({ stdin: [misplaced] })),
  },
  { what: 'a-stop-signal', call: (runtime) => runtime.killContainer('x', { killSignal: misplaced }) },
  { what: 'the-options-of-a-volume', call: (runtime) => runtime.createVolume(untyped({ options: misplaced })) },
  { what: 'a-subnet', call: (runtime, world) => runtime.createNetwork({ ...world.networkSpec(), subnet: misplaced }) },
]

const unquotedArguments: readonly ContractCase[] = misplacedCalls.map(({ what, call }) => ({
  id: `calls/arguments/${what}-is-not-quoted`,
  clauses: ['arguments.unquoted'],
  async run(world) {
    const { message, details } = await rejects('INVALID_ARGUMENT', () => call(world.runtime, world))
    const said = `${message} ${JSON.stringify(details)}`
    ok(!/T0K3N|misplaced|Secret/.test(said), `the error quotes its argument: ${said}`)
  },
}))

const refusedArguments: readonly ContractCase[] = badCalls.map(({ what, field, call }) => ({
  id: `calls/arguments/${what}`,
  clauses: ['arguments.refused', 'errors.branded'],
  async run(world) {
    const error = await rejects('INVALID_ARGUMENT', () => call(world.runtime, world))
    ok(error.details.field.includes(field), `the error names \`${error.details.field}\`, not \`${field}\``)
    ok(error.message.includes(error.details.field), 'the message does not name the field')
  },
}))

export const badArguments: readonly ContractCase[] = [...refusedArguments, ...unquotedArguments]
