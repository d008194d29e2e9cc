import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { createPodmanRuntime } from '@moorage/runtime-podman'
import { afterAll, describe, expect, it } from 'vitest'
import { podmanDialect } from '../src/dialect.ts'
import { podmanCandidates } from '../src/hosts.ts'

describe('where Podman is looked for', () => {
  /** A folder of configuration that has these files. */
  async function configured(files: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
    const folder = await mkdtemp(`${tmpdir()}/moorage-podman-`)
    folders.push(folder)
    await mkdir(`${folder}/containers`)
    for (const [name, text] of Object.entries(files)) await writeFile(`${folder}/containers/${name}`, text)
    return { XDG_CONFIG_HOME: folder }
  }
  const folders: string[] = []
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

  // As Podman 5.4 writes it.
  const connections =
    '{"Connection":{"Default":"vm","Connections":{"here":{"URI":"unix:///run/here.sock"},"vm":{"URI":"tcp://10.0.0.1:8080"}}},"Farm":{}}'
  const legacy = `
[engine]
active_service = "old"
[engine.service_destinations.old]
uri = "unix:///run/old.sock"
`

  it('takes the named host, else CONTAINER_HOST, else the usual sockets', async () => {
    const empty = await configured({})
    expect(await podmanCandidates({ host: 'unix:///a' }, empty)).toEqual([{ host: 'unix:///a', source: 'option' }])
    expect(await podmanCandidates({}, { ...empty, CONTAINER_HOST: 'unix:///b' })).toEqual([
      { host: 'unix:///b', source: 'CONTAINER_HOST' },
    ])
    const usual = await podmanCandidates({}, { ...empty, XDG_RUNTIME_DIR: '/run/user/7' })
    expect(usual.map(({ host }) => host)).toEqual([
      'unix:///run/user/7/podman/podman.sock',
      'unix:///run/podman/podman.sock',
    ])
  })

  it('takes the default connection, or the one that CONTAINER_CONNECTION names', async () => {
    const environment = await configured({ 'podman-connections.json': connections, 'containers.conf': legacy })
    expect(await podmanCandidates({}, environment)).toEqual([
      { host: 'tcp://10.0.0.1:8080', source: expect.stringMatching(/^connection vm \(.*podman-connections\.json\)$/) },
    ])
    for (const [name, host] of [
      ['here', 'unix:///run/here.sock'],
      ['old', 'unix:///run/old.sock'],
    ]) {
      const found = await podmanCandidates({}, { ...environment, CONTAINER_CONNECTION: name })
      expect(found.map((candidate) => candidate.host)).toEqual([host])
    }
    await expect(podmanCandidates({}, { ...environment, CONTAINER_CONNECTION: 'nobody' })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      details: { tried: [{ target: 'connection nobody' }] },
    })
  })

  it('rejects where the default connection is configured nowhere, and tries no other place', async () => {
    const file = '{"Connection":{"Default":"gone","Connections":{"here":{"URI":"unix:///run/here.sock"}}}}'
    await expect(podmanCandidates({}, await configured({ 'podman-connections.json': file }))).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/podman-connections\.json names the connection `gone`/),
      details: { tried: [{ target: 'connection gone', named: true }] },
    })
  })

  it('reads the connections of Podman 4 from containers.conf, and nothing from what is malformed', async () => {
    const old = await configured({ 'containers.conf': legacy })
    expect((await podmanCandidates({}, old)).map(({ host }) => host)).toEqual(['unix:///run/old.sock'])
    const broken = await configured({
      'podman-connections.json': '{',
      'containers.conf': '[engine.service_destinations',
    })
    expect((await podmanCandidates({}, broken)).at(-1)?.host).toBe('unix:///run/podman/podman.sock')
  })

  it('lists what was tried', async () => {
    await expect(createPodmanRuntime({ host: 'unix:///nowhere/podman.sock' })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      details: { tried: [{ target: 'unix:///nowhere/podman.sock', source: 'option' }] },
    })
  })
})

describe('what Podman says in other words', () => {
  it.each([
    ['POST', '/containers/create', 'x: that name is already in use', 409],
    [
      'POST',
      '/containers/a/exec',
      'can only create exec sessions on running containers: container state improper',
      409,
    ],
    ['DELETE', '/networks/a', 'network is being used', 409],
    ['DELETE', '/volumes/a', 'something else', 500],
  ])('%s %s: %s', (method, path, message, status) => {
    expect(podmanDialect.status({ method, path, status: 500, message })).toBe(status)
  })

  it('leaves other statuses alone', () => {
    expect(
      podmanDialect.status({ method: 'DELETE', path: '/networks/a', status: 404, message: 'network is being used' }),
    ).toBe(404)
  })

  it.each([
    ['Error: read unixpacket @->/proc/self/fd/14/attach: read: connection reset by peer\n', true],
    ['Error: write unixpacket @->/proc/self/fd/14/attach: write: broken pipe\r\n', true],
    ['Error: read unixpacket @->/x: read: connection reset by peer\n', false],
    ['as in: Error: read unixpacket @->/proc/self/fd/14/attach: read: connection reset by peer\n', false],
    ['Error: read unixpacket @->/proc/self/fd/14/attach: read: connection reset by peer\nb\n', false],
  ])('the report of lost output is exactly its sentence: %j', (text, expected) => {
    expect(podmanDialect.reportsLoss?.(text)).toBe(expected)
  })

  it('maps the states that Docker does not have', () => {
    expect(podmanDialect.containerStatus('stopping')).toEqual({ status: 'running', settled: false })
    expect(podmanDialect.containerStatus('initialized')).toEqual({ status: 'created', settled: true })
    expect(podmanDialect.containerStatus('exited')).toEqual({ status: 'exited', settled: true })
  })

  it('names images as the caller wrote them', () => {
    expect(podmanDialect.imageName('docker.io/library/busybox:1')).toBe('busybox:1')
    expect(podmanDialect.imageName('localhost/mine:1')).toBe('mine:1')
    expect(podmanDialect.imageName('quay.io/a/b:1')).toBe('quay.io/a/b:1')
  })
})

describe('options that cannot be', () => {
  it.each([
    ['hst', { hst: 'unix:///a' }],
    ['host', { host: '' }],
    ['openTimeoutMs', { openTimeoutMs: '5' }],
    ['closeTimeoutMs', { closeTimeoutMs: -1 }],
    ['signal', { signal: 'no' }],
    ['onCleanupFailure', { onCleanupFailure: true }],
    ['ssh.identityFile', { ssh: { identityFile: 'key' } }],
    ['tls', { tls: { verify: true } }],
  ])('%s is refused by its name', async (field, options) => {
    await expect(createPodmanRuntime(options as never)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field: `options.${field}` },
    })
  })
})
