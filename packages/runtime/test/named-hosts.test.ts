import { createServer, type Server } from 'node:http'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { inspect } from 'node:util'
import { openRuntime, type OpenRuntimeOptions } from '@moorage/runtime'
import { keepDialedAddress, RuntimeError, type ConnectionAttempt } from '@moorage/runtime-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { attempt, silentBackend, stubBackend } from './stub-runtime.ts'

const failureOf = (options: OpenRuntimeOptions): Promise<unknown> =>
  openRuntime(options).then(
    ({ runtime, choice }) => runtime.close().then(() => choice),
    (reason: unknown) => reason,
  )

const named = (source: string, target: string, answers?: string): ConnectionAttempt => ({
  target,
  source,
  reason: 'connection refused',
  named: true,
  ...(answers !== undefined && { answers }),
})

describe('a host that is named and does not answer', () => {
  const fake = () => stubBackend('fake')

  it.each([
    ['DOCKER_HOST', { DOCKER_HOST: 'unix:///d' }, 'docker'],
    ['DOCKER_CONTEXT', { DOCKER_CONTEXT: 'remote' }, 'docker'],
    ['CONTAINER_HOST', { CONTAINER_HOST: 'unix:///p' }, 'podman'],
    ['CONTAINER_CONNECTION', { CONTAINER_CONNECTION: 'vm' }, 'podman'],
    ['DOCKER_HOST', { DOCKER_HOST: 'unix:///d', CONTAINER_HOST: 'unix:///p' }, 'docker'],
  ] as const)('by %s is replaced by nothing', async (variable, environment, engine) => {
    const silent = silentBackend(engine, attempt('unix:///x'))
    const other = stubBackend(engine === 'docker' ? 'podman' : 'docker')
    const standIn = fake()
    const adapters = {
      ...(engine === 'docker'
        ? { docker: silent.open, podman: other.open }
        : { podman: silent.open, docker: other.open }),
      fake: standIn.open,
    }
    const error = await failureOf({ environment, adapters, allowFake: true })
    expect(error).toMatchObject({ code: 'ENGINE_UNAVAILABLE', details: { tried: [attempt('unix:///x')] } })
    expect(String(error)).toContain(`the engine that ${variable} names cannot be opened`)
    expect(String(error)).toContain(`correct or unset ${variable}`)
    expect(String(error)).toContain('allowOtherEngine: true')
    expect(silent.calls).toEqual([{ environment }])
    expect([other.calls, standIn.calls]).toEqual([[], []])
  })

  it.each([
    ['docker', 'context remote (/home/me/.docker/config.json)', 'docker context use'],
    ['podman', 'connection vm (/home/me/podman-connections.json)', 'podman system connection default'],
  ] as const)('by the configuration of %s is replaced by nothing', async (engine, source, advice) => {
    const docker = engine === 'docker' ? silentBackend('docker', named(source, 'tcp://x:1')) : silentBackend('docker')
    const podman = engine === 'podman' ? silentBackend('podman', named(source, 'tcp://x:1')) : stubBackend('podman')
    const standIn = fake()
    const adapters = { docker: docker.open, podman: podman.open, fake: standIn.open }
    const error = await failureOf({ environment: {}, adapters, allowFake: true })
    expect(error).toMatchObject({ code: 'ENGINE_UNAVAILABLE' })
    expect(String(error)).toContain(source)
    expect(String(error)).toContain(advice)
    expect([podman.calls.length, standIn.calls]).toEqual([engine === 'podman' ? 1 : 0, []])
  })

  it('is replaced by another engine, and never by the fake, where the caller allows it', async () => {
    const environment = { DOCKER_HOST: 'unix:///d' }
    const docker = silentBackend('docker', named('DOCKER_HOST', 'unix:///d'))
    const standIn = fake()
    const podman = stubBackend('podman')
    const open = { environment, allowOtherEngine: true, allowFake: true }
    const adapters = { docker: docker.open, podman: podman.open, fake: standIn.open }
    const { choice, runtime } = await openRuntime({ ...open, adapters })
    expect(runtime).toBe(podman.runtime)
    expect(choice).toMatchObject({ reason: 'Podman answers, and Docker does not', tried: [{ target: 'unix:///d' }] })
    const silent = silentBackend('podman', attempt('unix:///p'))
    const error = await failureOf({ ...open, adapters: { ...adapters, podman: silent.open } })
    expect(error).toMatchObject({ code: 'ENGINE_UNAVAILABLE' })
    expect(standIn.calls).toEqual([])
  })

  it('is the answer when its engine is too old', async () => {
    const old = new RuntimeError('API_VERSION_UNSUPPORTED', { message: 'too old', operation: 'open', details: {} })
    const docker = stubBackend('docker', () => Promise.reject(old))
    const podman = stubBackend('podman')
    const adapters = { docker: docker.open, podman: podman.open }
    expect(await failureOf({ environment: { DOCKER_HOST: 'unix:///d' }, adapters })).toBe(old)
    const { choice } = await openRuntime({ environment: { DOCKER_HOST: 'a' }, adapters, allowOtherEngine: true })
    expect(choice.backend).toBe('podman')
  })
})

describe('a host that is named and answers', () => {
  it('is preferred to an engine at its usual place', async () => {
    const docker = stubBackend('docker')
    const podman = stubBackend('podman')
    const adapters = { docker: docker.open, podman: podman.open }
    const { choice } = await openRuntime({ environment: { CONTAINER_HOST: 'unix:///p', DOCKER_HOST: '' }, adapters })
    expect(choice).toEqual({
      backend: 'podman',
      reason: 'Podman answers at the host that CONTAINER_HOST names',
      tried: [],
    })
    expect(docker.calls).toEqual([])
  })

  it('is none where the variables are blank', async () => {
    const docker = silentBackend('docker', attempt('unix:///d'))
    const podman = stubBackend('podman')
    const environment = { DOCKER_HOST: '  ', DOCKER_CONTEXT: '\t', CONTAINER_HOST: ' ', CONTAINER_CONNECTION: ' ' }
    const { choice } = await openRuntime({ environment, adapters: { docker: docker.open, podman: podman.open } })
    expect(choice.reason).toBe('Podman answers, and Docker does not')
  })

  it('is none where the name is empty or the default context', async () => {
    const docker = silentBackend('docker', attempt('unix:///d'))
    const podman = stubBackend('podman')
    const environment = { DOCKER_HOST: '', DOCKER_CONTEXT: 'default', CONTAINER_HOST: '', CONTAINER_CONNECTION: '' }
    const { choice } = await openRuntime({ environment, adapters: { docker: docker.open, podman: podman.open } })
    expect(choice.reason).toBe('Podman answers, and Docker does not')
  })

  it.each([
    ['docker', 'podman', 'DOCKER_HOST', 'Podman'],
    ['podman', 'docker', 'CONTAINER_HOST', 'Docker'],
  ] as const)('of %s is opened as %s if that is what answers there', async (engine, other, variable, title) => {
    const wrong = silentBackend(engine, named(variable, 'unix:///x', other))
    const right = stubBackend(other)
    const environment = { [variable]: 'unix:///x' }
    const adapters = { [engine]: wrong.open, [other]: right.open }
    const { choice } = await openRuntime({ environment, adapters })
    expect(choice).toMatchObject({ backend: other, reason: `${title} answers at the host that ${variable} names` })
    expect(right.calls).toEqual([{ host: 'unix:///x' }])
    const failing = silentBackend(other, named('option', 'unix:///x'))
    const error = await failureOf({ environment, adapters: { ...adapters, [other]: failing.open } })
    expect(String(error)).toContain(`the engine that ${variable} names cannot be opened`)
  })

  it('is opened by the other engine with the user that its error leaves out', async () => {
    const docker = silentBackend('docker', named('DOCKER_HOST', 'ssh://server', 'podman'))
    const podman = stubBackend('podman')
    const adapters = { docker: docker.open, podman: podman.open }
    const { choice } = await openRuntime({ environment: { DOCKER_HOST: 'ssh://me@server' }, adapters })
    expect(podman.calls).toEqual([{ host: 'ssh://me@server' }])
    expect(JSON.stringify(choice)).not.toContain('me@')
  })

  it('is opened by the other engine at the address that an adapter kept beside its error', async () => {
    const attempted = named('context remote (DOCKER_CONTEXT)', 'tcp://server:1', 'podman')
    keepDialedAddress(attempted, 'ssh://hunter2@server:1')
    const docker = silentBackend('docker', attempted)
    const podman = silentBackend('podman')
    const adapters = { docker: docker.open, podman: podman.open }
    const error = await failureOf({ environment: { DOCKER_CONTEXT: 'remote' }, adapters })
    expect(podman.calls).toEqual([{ host: 'ssh://hunter2@server:1' }])
    expect(JSON.stringify(error) + inspect(error, { showHidden: true, depth: 9 })).not.toContain('hunter2')
  })

  it.each([
    ['DOCKER_TLS_VERIFY', { DOCKER_HOST: 'tcp://server:2376', DOCKER_TLS_VERIFY: '1' }],
    ['DOCKER_CERT_PATH', { DOCKER_HOST: 'tcp://server:2376', DOCKER_CERT_PATH: '/certificates' }],
    ['a context', { DOCKER_CONTEXT: 'remote' }],
  ] as const)('is not opened by an adapter that lacks the certificates of %s', async (_, environment) => {
    const docker = silentBackend('docker', named(Object.keys(environment)[0] ?? '', 'tcp://server:2376', 'podman'))
    const podman = stubBackend('podman')
    const error = await failureOf({ environment, adapters: { docker: docker.open, podman: podman.open } })
    expect(error).toMatchObject({ code: 'ENGINE_UNAVAILABLE' })
    expect(String(error)).toContain('Open it with @moorage/runtime-podman')
    expect(podman.calls).toEqual([])
  })

  it('is asked by the other adapter where its own is not installed', async () => {
    const docker = silentBackend('docker', {
      target: '@moorage/runtime-docker',
      source: 'default',
      reason: 'the package is not installed',
    })
    const podman = stubBackend('podman')
    const adapters = { docker: docker.open, podman: podman.open }
    const { choice } = await openRuntime({ environment: { DOCKER_HOST: 'unix:///x' }, adapters })
    expect(choice.backend).toBe('podman')
    expect(podman.calls).toEqual([{ host: 'unix:///x' }])
    const error = await failureOf({ environment: { DOCKER_CONTEXT: 'remote' }, adapters })
    expect(String(error)).toContain('Install @moorage/runtime-docker')
  })
})

describe('with the adapters of the packages', () => {
  let folder: string
  let server: Server
  const servers: Server[] = []
  let answer: Readonly<Record<string, string>>
  beforeEach(async () => {
    folder = await mkdtemp(`${tmpdir()}/moorage-named-`)
    server = createServer((request, response) => {
      if (request.url !== '/_ping') return void response.writeHead(500, answer).end('{"message":"no"}')
      response.writeHead(200, answer).end('OK')
    })
    await new Promise<void>((resolve) => server.listen(`${folder}/s`, resolve))
  })
  afterEach(async () => {
    for (const open of [server, ...servers.splice(0)]) await new Promise((resolve) => open.close(resolve))
    await rm(folder, { recursive: true })
  })
  const writeContext = async (host: string): Promise<string> => {
    const id = createHash('sha256').update('remote').digest('hex')
    await mkdir(`${folder}/contexts/meta/${id}`, { recursive: true })
    const meta = { Name: 'remote', Endpoints: { docker: { Host: host } } }
    await writeFile(`${folder}/contexts/meta/${id}/meta.json`, JSON.stringify(meta))
    return id
  }
  /** Without the configuration of the user who runs the tests. */
  const isolated = (environment: Readonly<Record<string, string>>) => ({
    environment: { DOCKER_CONFIG: folder, XDG_CONFIG_HOME: folder, ...environment },
    allowFake: true,
    openTimeoutMs: 5000,
  })

  it.each([
    ['DOCKER_HOST', 'unix:///nowhere/docker.sock'],
    ['DOCKER_HOST', 'nonsense'],
    ['DOCKER_HOST', 'ftp://127.0.0.1:1'],
    ['DOCKER_HOST', 'fd://'],
    ['DOCKER_CONTEXT', 'nobody'],
    ['CONTAINER_HOST', 'unix:///nowhere/podman.sock'],
    ['CONTAINER_HOST', 'nonsense'],
    ['CONTAINER_CONNECTION', 'nobody'],
  ])('%s=%s is ENGINE_UNAVAILABLE that names it', async (variable, value) => {
    const error = await failureOf(isolated({ [variable]: value }))
    expect(error).toMatchObject({ code: 'ENGINE_UNAVAILABLE', operation: 'openRuntime' })
    expect(String(error)).toContain(`${variable} names`)
    expect(RuntimeError.is(error, 'ENGINE_UNAVAILABLE') && error.details.tried).toMatchObject([
      { source: variable, named: true },
    ])
  })

  it('the address of a context over TCP reaches the other adapter, unless it has certificates', async () => {
    answer = { 'api-version': '1.41', 'libpod-api-version': '5.4.2' }
    const port = await new Promise<number>((resolve) => {
      const tcp = createServer((_, response) => response.writeHead(200, answer).end('OK'))
      servers.push(tcp)
      tcp.listen(0, '127.0.0.1', () => {
        const address = tcp.address()
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
    })
    const id = await writeContext(`tcp://127.0.0.1:${port}`)
    const podman = stubBackend('podman')
    const options = { ...isolated({ DOCKER_CONTEXT: 'remote' }), adapters: { podman: podman.open } }
    const { choice } = await openRuntime(options)
    expect(choice.reason).toBe('Podman answers at the host that context remote (DOCKER_CONTEXT) names')
    expect(podman.calls).toMatchObject([{ host: `tcp://127.0.0.1:${port}` }])
    await mkdir(`${folder}/contexts/tls/${id}/docker`, { recursive: true })
    await writeFile(`${folder}/contexts/tls/${id}/docker/ca.pem`, 'no certificate')
    expect(await failureOf(options)).toMatchObject({ code: 'ENGINE_UNAVAILABLE' })
    expect(podman.calls).toHaveLength(1)
  })

  it('what answers at a named host without being an engine is an error', async () => {
    answer = {}
    const error = await failureOf(isolated({ DOCKER_HOST: `unix://${folder}/s` }))
    expect(error).toMatchObject({ code: 'ENGINE_UNAVAILABLE', details: { tried: [{ source: 'DOCKER_HOST' }] } })
    expect(String(error)).toContain('no container engine')
  })

  it('an engine that is too old at a named host is API_VERSION_UNSUPPORTED', async () => {
    answer = { 'api-version': '1.12' }
    const error = await failureOf(isolated({ DOCKER_HOST: `unix://${folder}/s` }))
    expect(error).toMatchObject({ code: 'API_VERSION_UNSUPPORTED', details: { tried: [{ source: 'DOCKER_HOST' }] } })
  })

  it('a Docker at the host that CONTAINER_HOST names is opened as one', async () => {
    answer = { 'api-version': '1.44' }
    const host = `unix://${folder}/s`
    const choice = await failureOf(isolated({ CONTAINER_HOST: host }))
    expect(choice).toMatchObject({
      backend: 'docker',
      reason: 'Docker answers at the host that CONTAINER_HOST names',
      tried: [{ target: host, source: 'CONTAINER_HOST', answers: 'docker' }],
    })
  })

  it('the current context of the configuration is named too', async () => {
    await writeContext('unix:///nowhere/docker.sock')
    const error = await failureOf(isolated({ DOCKER_CONTEXT: 'remote' }))
    expect(String(error)).toContain('the engine that context remote (DOCKER_CONTEXT) names cannot be opened')
    expect(String(error)).toContain('docker context use')
  })
})
