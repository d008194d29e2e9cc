import { describe, expect, test } from 'vitest'
import { invoke } from '../every-call.ts'
import { record } from '../recording-adapter.ts'

describe('what is accepted', () => {
  test.each([
    ['an id', 'inspectImage', 'sha256:0123456789abcdef'],
    ['a short id', 'removeImage', '0123456789ab'],
    ['a number as a signal', 'killContainer', 'box', { killSignal: '15' }],
    ...['IOT', 'SIGPOLL', 'RTMAX-14', 'SIGSYS', '64'].map(
      (killSignal) => [`the signal ${killSignal}`, 'killContainer', 'box', { killSignal }] as const,
    ),
    ...['10.1.0.0/16', '0.0.0.0/0', 'fd00::/8', '2001:db8:0:1::/64'].map(
      (subnet) => [`the subnet ${subnet}`, 'createNetwork', { name: 'net', subnet }] as const,
    ),
    ['a gateway', 'createNetwork', { name: 'net', subnet: 'fd00:1::/64', gateway: 'fd00:1::ffff' }],
    ...['0.0.0.0', '127.0.0.1', '::', '::1', 'FE80::1', '::ffff:10.0.0.1', '1:2:3:4:5:6:7:8', '1::8'].map(
      (hostAddress) =>
        [
          `the host address ${hostAddress}`,
          'createContainer',
          { image: 'tools', ports: [{ containerPort: 80, hostAddress }] },
        ] as const,
    ),
    ['a gateway as a host', 'createContainer', { image: 'tools', extraHosts: { host: 'host-gateway' } }],
    ['a real-time signal', 'killContainer', 'box', { killSignal: 'SIGRTMIN+3' }],
    ['a zero timeout', 'stopContainer', 'box', { timeoutMs: 0 }],
    ['undefined options', 'stopContainer', 'box', undefined],
    ['an undefined option', 'stopContainer', 'box', { timeoutMs: undefined }],
    ['an object without a prototype', 'listContainers', Object.assign(Object.create(null), { name: 'box' })],
    ['an empty value of a label', 'findContainerByLabel', 'key', ''],
    ['the smallest part of a CPU', 'updateContainer', 'box', { resources: { cpus: 0.01, cpuShares: 2 } }],
    ['a build from files', 'buildImage', { context: { files: { Dockerfile: 'FROM scratch', a: new Uint8Array(1) } } }],
    ['an inline Dockerfile', 'buildImage', { context: { directory: '.' }, dockerfile: { inline: 'FROM scratch' } }],
  ] as const)('%s: %s', async (_what, method, ...args) => {
    const { runtime, calls } = record()
    await invoke(runtime, method, args)
    expect(calls).toHaveLength(1)
  })

  test('a spec with everything in it', async () => {
    const { runtime, call } = record()
    await runtime.createContainer({
      image: 'registry.example:5000/team/tools:1@sha256:' + 'a'.repeat(64),
      name: 'box',
      entrypoint: [],
      command: ['', 'two words'],
      env: { EMPTY: '' },
      mounts: [
        { type: 'bind', source: '/a', target: '/b', readOnly: true, relabel: 'shared', propagation: 'rslave' },
        { type: 'volume', source: 'data', target: '/c', subpath: 'd' },
        { type: 'volume', target: '/e' },
        { type: 'tmpfs', target: '/f', sizeBytes: 1, mode: 0o1777 },
      ],
      networks: [{ network: 'net', aliases: ['web'], ipv4Address: '10.0.0.2' }],
      ports: [{ containerPort: 80, protocol: 'udp', hostPort: 0, hostAddress: '127.0.0.1' }],
      restart: { policy: 'on-failure', maximumRetries: 2 },
      healthcheck: { test: ['true'], intervalMs: 500, timeoutMs: 100, startPeriodMs: 0, retries: 1 },
      resources: { memoryBytes: 1, memorySwapBytes: -1, cpus: 0.5, cpusetCpus: '0-2,4', pidsLimit: -1 },
      ulimits: [{ name: 'nofile', soft: 1, hard: -1 }],
      devices: [{ hostPath: '/dev/null', containerPath: '/dev/zero', permissions: 'rw' }],
      gpus: 2,
      dns: { servers: ['10.0.0.1'], search: ['example'], options: ['ndots:1'] },
      macAddress: '02:42:ac:11:00:02',
      namespaces: { network: { container: 'other' }, pid: 'host', ipc: 'private', uts: 'host', user: 'keep-id' },
      stopSignal: 'SIGINT',
      stopTimeoutMs: 500,
    })
    expect(call('createContainer').args[0]).toMatchObject({ name: 'box', gpus: 2 })
  })
})
