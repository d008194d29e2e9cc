import { describe, expect, test } from 'vitest'
import { rejection } from '../deferred.ts'
import { invoke, type MethodName } from '../every-call.ts'
import { record } from '../recording-adapter.ts'

type Case = readonly [field: string, method: MethodName, ...args: unknown[]]

const cases: readonly Case[] = [
  ['reference', 'pullImage', ''],
  ['reference', 'pullImage', 'Upper:tag'],
  ['reference', 'pullImage', 'sha256:0123456789abcdef'],
  ['reference', 'pullImage', undefined],
  ['options.platform', 'pullImage', 'tools', { platform: 'linux' }],
  ['options.onEvent', 'pullImage', 'tools', { onEvent: 1 }],
  ['options.credentials', 'pullImage', 'tools', { credentials: 'name:pass' }],
  ['options.credentials.password', 'pullImage', 'tools', { credentials: { username: 'name' } }],
  ['options.credentials.identityToken', 'pullImage', 'tools', { credentials: { identityToken: '' } }],
  ['options.credentials.username', 'pullImage', 'tools', { credentials: { identityToken: 'a', username: 'b' } }],
  ['reference', 'inspectImage', 7],
  ['filter', 'listImages', 'tools'],
  ['filter.dangling', 'listImages', { dangling: 'yes' }],
  ['filter.reference', 'listImages', { reference: undefined }],
  ['newReference', 'tagImage', 'tools', 'sha256:0123456789abcdef'],
  ['options.missing', 'removeImage', 'tools', { missing: 'maybe' }],
  ['options.force', 'removeImage', 'tools', { force: 1 }],
  ['id', 'startContainer', ''],
  ['id', 'startContainer', '../etc'],
  ['id', 'startContainer', 'a b'],
  ['id', 'startContainer', 'box\n'],
  ['id', 'inspectContainer', undefined],
  ['options.timeoutMs', 'stopContainer', 'box', { timeoutMs: -1 }],
  ['options.timeoutMs', 'stopContainer', 'box', { timeoutMs: Number.NaN }],
  ['options.killSignal', 'killContainer', 'box', { killSignal: 'sigterm' }],
  ['options.killSignal', 'killContainer', 'box', { killSignal: '' }],
  ['options.condition', 'waitContainer', 'box', { condition: 'stopped' }],
  ['options.removeVolumes', 'removeContainer', 'box', { removeVolumes: 'all' }],
  ['filter.labels (key)', 'listContainers', { labels: { '': 'x' } }],
  ['filter.labels.key', 'listContainers', { labels: { key: undefined } }],
  ['filter.labels', 'listContainers', { labels: undefined }],
  ['filter.labels', 'listContainers', { labels: new Map([['key', 'value']]) }],
  ['filter.labelKeys[1]', 'listContainers', { labelKeys: ['a', ''] }],
  ['filter.status[0]', 'listContainers', { status: ['stopped'] }],
  ['filter.label', 'listContainers', { label: 'a' }],
  ['filter', 'findContainer', undefined],
  ['filter.name', 'findContainer', { name: undefined }],
  ['key', 'findContainerByLabel', '', 'value'],
  ['value', 'findContainerByLabel', 'key', undefined],
  ['spec', 'execContainer', 'box', undefined],
  ['spec.command', 'execContainer', 'box', { command: [] }],
  ['spec.command', 'execContainer', 'box', { command: 'ls -l' }],
  ['spec.command[1]', 'execContainer', 'box', { command: ['ls', 'a\0b'] }],
  ['spec.command[0]', 'execContainer', 'box', { command: Array.from({ length: 1 }) }],
  ['spec.command[0]', 'execContainer', 'box', { command: Object.assign([], { length: 1 }) }],
  ['spec.env.PATH', 'execContainer', 'box', { command: ['a'], env: { PATH: 1 } }],
  ['spec.env (key)', 'execContainer', 'box', { command: ['a'], env: { 'A=B': 'c' } }],
  ['spec.workingDirectory', 'execContainer', 'box', { command: ['a'], workingDirectory: 'tmp' }],
  ['options.stdin', 'execContainer', 'box', { command: ['a'] }, { stdin: 1 }],
  ['options.maxOutputBytes', 'execContainer', 'box', { command: ['a'] }, { maxOutputBytes: 0.5 }],
  ['options.onOutputLimit', 'execContainer', 'box', { command: ['a'] }, { onOutputLimit: 'stop' }],
  ['options.streams', 'containerLogs', 'box', { streams: [] }],
  ['options.tail', 'containerLogs', 'box', { tail: 'all' }],
  ['options.since', 'containerLogs', 'box', { since: new Date(Number.NaN) }],
  ['options.until', 'containerLogs', 'box', { until: '2030-01-01' }],
  ['spec.name', 'createNetwork', {}],
  ['spec.subnet', 'createNetwork', { name: 'net', subnet: '10.0.0.0' }],
  ['spec.name', 'createVolume', { name: 'x' }],
  ['spec.options.size', 'createVolume', { options: { size: 10 } }],
  ['network', 'connectNetwork', '', 'box'],
  ['container', 'connectNetwork', 'net', ''],
  ['options.aliases[0]', 'connectNetwork', 'net', 'box', { aliases: [''] }],
  ['newName', 'renameContainer', 'box', 'x'],
  ['update.memory', 'updateContainer', 'box', { memory: 1 }],
  ['update.resources.cpus', 'updateContainer', 'box', { resources: { cpus: 0 } }],
  ['path', 'statPath', 'box', 'tmp'],
  ['archive', 'copyToContainer', 'box', '/tmp', 'tar'],
  ['content', 'writeFile', 'box', '/tmp/a', 1],
  ['options.mode', 'writeFile', 'box', '/tmp/a', 'x', { mode: 0o10000 }],
  ['options.maxBytes', 'readFile', 'box', '/tmp/a', { maxBytes: -1 }],
  ['references', 'saveImages', []],
  ['archive', 'loadImages', new Uint8Array(1)],
  ['archive', 'restoreContainer', 'file'],
  ['options.terminalSize.rows', 'startExec', 'box', { command: ['a'] }, { terminalSize: { columns: 80 } }],
  [
    'options.terminalSize.rows',
    'startExec',
    'box',
    { command: ['a'] },
    { terminalSize: { columns: 80, rows: 65_536 } },
  ],
  ['options.killSignal', 'killContainer', 'box', { killSignal: 'SIGNONSENSE' }],
  ['options.timeoutMs', 'stopContainer', 'box', { timeoutMs: 1e18 }],
  ['options.userId', 'writeFile', 'box', '/tmp/a', 'x', { userId: 2 ** 32 - 1 }],
  ['archive', 'restoreContainer', new Uint8Array(0)],
  ['spec.gateway', 'createNetwork', { name: 'net', gateway: '10.1.0.1' }],
  ['spec.gateway', 'createNetwork', { name: 'net', subnet: '10.1.0.0/24', gateway: '10.1.1.1' }],
  ['spec.subnet', 'createNetwork', { name: 'net', subnet: '10.1.0.1/24' }],
  ['spec.extraHosts.host', 'buildImage', { context: { directory: '.' }, extraHosts: { host: 'other' } }],
  ['options.onAbort', 'startExec', 'box', { command: ['a'] }, { onAbort: 'leave' }],
  ['filter.labels', 'pruneContainers'],
  ['filter.labels', 'pruneImages', {}],
  ['filter.labels', 'pruneVolumes', { labels: {} }],
  ['filter.kinds[0]', 'events', { kinds: ['pod'] }],
  ['filter.labels', 'events', { labels: undefined }],
  ['project', 'composeUp', 'compose.yaml'],
  ['project.files[0]', 'composeUp', { files: [''] }],
  ['project.projectName', 'composePs', { projectName: 'Upper' }],
  ['project.env.A', 'composeConfig', { env: { A: null } }],
  ['options.pullPolicy', 'composeUp', {}, { pullPolicy: 'sometimes' }],
  ['service', 'findComposeContainer', {}, ''],
  ['spec', 'buildImage', '.'],
  ['spec.context', 'buildImage', {}],
  ['spec.context', 'buildImage', { context: {} }],
  ['spec.context', 'buildImage', { context: { directory: '.', files: {} } }],
  ['spec.context', 'buildImage', { context: '.' }],
  ['spec.context.files.Dockerfile', 'buildImage', { context: { files: { Dockerfile: 1 } } }],
  ['spec.context.tar', 'buildImage', { context: { tar: new Uint8Array(1) } }],
  ['spec.dockerfile.inline', 'buildImage', { context: { directory: '.' }, dockerfile: {} }],
  ['spec.tags[0]', 'buildImage', { context: { directory: '.' }, tags: ['Upper'] }],
  ['spec.secrets.token', 'buildImage', { context: { directory: '.' }, secrets: { token: { value: 'a', env: 'B' } } }],
  ['spec.ssh.default.agentSocket', 'buildImage', { context: { directory: '.' }, ssh: { default: {} } }],
  [
    'spec.credentials.host.password',
    'buildImage',
    { context: { directory: '.' }, credentials: { host: { username: 'a' } } },
  ],
]

const specCases: readonly (readonly [field: string, value: unknown])[] = [
  ['name', 'x'],
  ['name', '-box'],
  ['command', 'ls'],
  ['env', [['A', 'b']]],
  ['labels.key', { key: 1 }],
  ['user', ''],
  ['groups[0]', [1]],
  ['workingDirectory', 'tmp'],
  ['mounts[0].type', [{ type: 'nfs', target: '/a' }]],
  ['mounts[0].target', [{ type: 'tmpfs', target: 'a' }]],
  ['mounts[0].source', [{ type: 'bind', target: '/a' }]],
  ['mounts[0].source', [{ type: 'bind', source: 'relative', target: '/a' }]],
  ['mounts[0].subpath', [{ type: 'bind', source: '/b', target: '/a', subpath: 'c' }]],
  ['mounts[0].propagation', [{ type: 'bind', source: '/b', target: '/a', propagation: 'all' }]],
  ['mounts[0].readOnly', [{ type: 'tmpfs', target: '/a', readOnly: true }]],
  ['mounts[0].mode', [{ type: 'tmpfs', target: '/a', mode: 0o10000 }]],
  ['mounts[1]', [{ type: 'tmpfs', target: '/a' }, null]],
  ['networks[0].network', [{}]],
  ['ports[0].containerPort', [{ containerPort: 0 }]],
  ['ports[0].hostPort', [{ containerPort: 80, hostPort: 65_536 }]],
  ['ports[0].protocol', [{ containerPort: 80, protocol: 'http' }]],
  ['ports[0].hostAddress', [{ containerPort: 80, hostAddress: 'localhost' }]],
  ['ports[0].hostAddress', [{ containerPort: 80, hostAddress: '[::1]' }]],
  ['ports[0].hostAddress', [{ containerPort: 80, hostAddress: '127.1' }]],
  ['ports[0].hostAddress', [{ containerPort: 80, hostAddress: '::1::' }]],
  ['networks[0].ipv4Address', [{ network: 'net', ipv4Address: 'fd00::1' }]],
  ['networks[0].ipv6Address', [{ network: 'net', ipv6Address: '10.0.0.1' }]],
  ['restart.policy', {}],
  ['restart.maximumRetries', { policy: 'on-failure', maximumRetries: 0 }],
  ['restart.maximumRetries', { policy: 'always', maximumRetries: 3 }],
  ['restart.maximumRetries', { policy: 'on-failure', maximumRetries: -1 }],
  ['healthcheck', true],
  ['healthcheck.test', { intervalMs: 1 }],
  ['healthcheck.test', { test: [] }],
  ['healthcheck.timeoutMs', { test: 'true', timeoutMs: '1s' }],
  ['resources.memoryBytes', { memoryBytes: 0.5 }],
  ['resources.cpusetCpus', { cpusetCpus: '0-' }],
  ['ulimits[0].hard', [{ name: 'nofile', soft: 1 }]],
  ['ulimits[0].soft', [{ name: 'nofile', soft: 10, hard: 5 }]],
  ['ulimits[0].soft', [{ name: 'nofile', soft: -1, hard: 5 }]],
  ['ulimits[0].name', [{ name: 'nonsense', soft: 1, hard: 1 }]],
  ['resources.cpus', { cpus: 1e-10 }],
  ['resources.cpus', { cpus: 1e300 }],
  ['resources.pidsLimit', { pidsLimit: 0 }],
  ['healthcheck.intervalMs', { test: 'true', intervalMs: 0 }],
  ['sharedMemoryBytes', 0],
  ['devices[0].permissions', [{ hostPath: '/dev/null', permissions: 'x' }]],
  ['gpus', 0],
  ['gpus', 'some'],
  ['dns.servers', { servers: '1.1.1.1' }],
  ['dns.servers[0]', { servers: ['resolver'] }],
  ['dns.search[0]', { search: ['a\nnameserver 192.0.2.1'] }],
  ['dns.options[0]', { options: ['ndots:1 rotate'] }],
  ['extraHosts.host', { host: '' }],
  ['extraHosts.host', { host: '192.0.2.1\n192.0.2.2 other' }],
  ['extraHosts (key)', { 'host other': '192.0.2.1' }],
  ['extraHosts (key)', { 'host:192.0.2.2': '192.0.2.1' }],
  ['ulimits[0].name', [{ name: 'nofile=1', soft: 1, hard: 1 }]],
  ['mounts[0].source', [{ type: 'bind', source: '/a:/b', target: '/c', relabel: 'shared' }]],
  ['mounts[0].target', [{ type: 'bind', source: '/a', target: '/c:ro', relabel: 'private' }]],
  ['extraHosts.host', { host: 'other' }],
  ['macAddress', '02:42'],
  ['logDriver.name', {}],
  ['namespaces.network', { network: 'bridge' }],
  ['namespaces.pid.container', { pid: {} }],
  ['platform', 'linux'],
  ['pullPolicy', 'sometimes'],
  ['stopSignal', 'term'],
  ['stopSignal', 'NONSENSE'],
  ['stopTimeoutMs', -1],
  ['tty', 'yes'],
  ['memoryBytes', 1],
]

async function refusal(method: MethodName, args: readonly unknown[]): Promise<unknown> {
  const { runtime, reached } = record()
  const error = await rejection(invoke(runtime, method, args))
  expect(reached()).toEqual([])
  return error
}

describe('a bad argument is refused before anything is sent, and its field is named', () => {
  const named = cases.map(([field, method, ...args]) => ({ field, method, args }))
  test.each(named)('$field of $method: $args', async ({ field, method, args }) => {
    const error = await refusal(method, args)
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', operation: method, details: { field } })
    expect(error).toHaveProperty('message', expect.stringContaining(`\`${field}\` must be `))
  })

  test.each(specCases)('spec.%s of createContainer: %j', async (field, value) => {
    const [name = ''] = field.split(/[.[ ]/)
    const error = await refusal('createContainer', [{ image: 'tools', [name]: value }])
    expect(error).toMatchObject({
      code: 'INVALID_ARGUMENT',
      operation: 'createContainer',
      details: { field: `spec.${field}` },
    })
  })

  test.each([undefined, null, 'tools', [], new Map()])('a container spec that is %s', async (spec) => {
    expect(await refusal('createContainer', [spec])).toMatchObject({ details: { field: 'spec' } })
    expect(await refusal('runContainer', [spec])).toMatchObject({ details: { field: 'spec' } })
  })

  test('a container spec without an image', async () => {
    expect(await refusal('runContainer', [{ name: 'box' }])).toMatchObject({ details: { field: 'spec.image' } })
  })
})

describe('what a message tells', () => {
  test.each([
    ['a password', 'pullImage', 'tools', { credentials: { username: 'name', password: ['s3cret'] } }],
    ['a token', 'pullImage', 'tools', { credentials: { identityToken: 's3cret\0' } }],
    ['a variable', 'createContainer', { image: 'tools', env: { TOKEN: 's3cret\0' } }],
    ['a build argument', 'buildImage', { context: { directory: '.' }, buildArguments: { TOKEN: 's3cret\0' } }],
    ['stdin', 'execContainer', 'box', { command: ['a'] }, { stdin: ['s3cret'] }],
  ] as const)('never the value of %s', async (_what, method, ...args) => {
    const error = await refusal(method, args)
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(JSON.stringify(error)).not.toContain('s3cret')
  })

  test('a long value is cut', async () => {
    const error = await refusal('startContainer', ['/'.repeat(10_000)])
    expect(String(error).length).toBeLessThan(300)
  })

  test('the fields that there are, for one that there is not', async () => {
    const error = await refusal('stopContainer', ['box', { timeout: 1 }])
    expect(error).toHaveProperty('message', expect.stringContaining('signal, timeoutMs'))
  })
})
