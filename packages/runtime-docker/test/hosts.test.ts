import { createServer } from 'node:net'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { RuntimeError } from '@moorage/runtime-core'
import { createDockerRuntime } from '@moorage/runtime-docker'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dockerCandidates } from '../src/hosts.ts'

describe('where Docker is looked for', () => {
  const nowhere = { DOCKER_CONFIG: '/nowhere' }

  it('takes the named host alone', async () => {
    expect(await dockerCandidates({ host: 'tcp://127.0.0.1:1' }, { DOCKER_HOST: 'unix:///other' })).toEqual([
      { host: 'tcp://127.0.0.1:1', source: 'option' },
    ])
  })

  it('takes DOCKER_HOST alone, above any context', async () => {
    expect(await dockerCandidates({}, { ...nowhere, DOCKER_HOST: 'unix:///a', DOCKER_CONTEXT: 'x' })).toEqual([
      { host: 'unix:///a', source: 'DOCKER_HOST' },
    ])
  })

  it('looks at the usual sockets when nothing is named, an empty DOCKER_HOST included', async () => {
    const candidates = await dockerCandidates({}, { ...nowhere, DOCKER_HOST: '', XDG_RUNTIME_DIR: '/run/user/7' })
    expect(candidates.map(({ source }) => source)).toEqual([
      'system',
      'rootless',
      'Docker Desktop',
      'Docker Desktop for Linux',
      'Colima',
      'OrbStack',
      'Rancher Desktop',
    ])
    expect(candidates[1]?.host).toBe('unix:///run/user/7/docker.sock')
  })

  describe('in a context', () => {
    let folder: string
    beforeEach(async () => {
      folder = await mkdtemp(`${tmpdir()}/moorage-contexts-`)
      await store('remote', {
        Name: 'remote',
        Endpoints: { docker: { Host: 'tcp://127.0.0.1:2', SkipTLSVerify: true } },
      })
      await store('hostless', { Name: 'hostless', Endpoints: {} })
    })
    afterEach(() => rm(folder, { recursive: true }))

    const nameOf = (name: string): string => createHash('sha256').update(name).digest('hex')
    async function store(name: string, meta: object): Promise<void> {
      const path = `${folder}/contexts/meta/${nameOf(name)}`
      await mkdir(path, { recursive: true })
      await writeFile(`${path}/meta.json`, JSON.stringify(meta))
    }

    it('takes the one that DOCKER_CONTEXT names', async () => {
      expect(await dockerCandidates({}, { DOCKER_CONFIG: folder, DOCKER_CONTEXT: 'remote' })).toEqual([
        { host: 'tcp://127.0.0.1:2', source: 'context remote (DOCKER_CONTEXT)' },
      ])
    })

    it("takes the configuration's current one, with its certificates", async () => {
      await writeFile(`${folder}/config.json`, JSON.stringify({ currentContext: 'remote' }))
      const tls = `${folder}/contexts/tls/${nameOf('remote')}/docker`
      await mkdir(tls, { recursive: true })
      await writeFile(`${tls}/ca.pem`, 'authority')
      expect(await dockerCandidates({}, { DOCKER_CONFIG: folder })).toMatchObject([
        { host: 'tcp://127.0.0.1:2', tls: { ca: 'authority', verify: false } },
      ])
    })

    it('takes the usual sockets for the one called default', async () => {
      await writeFile(`${folder}/config.json`, JSON.stringify({ currentContext: 'remote' }))
      const [first] = await dockerCandidates({}, { DOCKER_CONFIG: folder, DOCKER_CONTEXT: 'default' })
      expect(first?.source).toBe('system')
    })

    it.each(['unknown', 'hostless'])('says what is wrong with the one called %s', async (name) => {
      await expect(dockerCandidates({}, { DOCKER_CONFIG: folder, DOCKER_CONTEXT: name })).rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        message: expect.stringContaining(`\`${name}\``),
      })
    })

    it('reads DOCKER_TLS_VERIFY and DOCKER_CERT_PATH', async () => {
      await writeFile(`${folder}/ca.pem`, 'a')
      await writeFile(`${folder}/key.pem`, 'k')
      const environment = { DOCKER_HOST: 'tcp://127.0.0.1:3', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder }
      expect(await dockerCandidates({}, environment)).toEqual([
        { host: 'tcp://127.0.0.1:3', source: 'DOCKER_HOST', tls: { ca: 'a', key: 'k', verify: true } },
      ])
    })
  })
})

describe('a Docker that is not there', () => {
  const failureOf = (options: Parameters<typeof createDockerRuntime>[0]): Promise<unknown> =>
    createDockerRuntime(options).catch((reason: unknown) => reason)

  it('lists what was tried and why it failed', async () => {
    const error = await failureOf({ host: 'unix:///nowhere/docker.sock' })
    expect(error).toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      details: { tried: [{ target: 'unix:///nowhere/docker.sock', source: 'option' }] },
    })
    expect(String(error)).toContain('ENOENT')
  })

  it.each(['nonsense', 'ftp://127.0.0.1:1', 'unix://relative'])('says what is wrong with the host %s', async (host) => {
    const error = await failureOf({ host })
    expect(RuntimeError.is(error, 'ENGINE_UNAVAILABLE')).toBe(true)
    expect(String(error)).toContain(host)
  })

  it('refuses an empty host by name', async () => {
    expect(await failureOf({ host: '' })).toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field: 'options.host' },
    })
  })

  it('rejects with the reason of a signal that is aborted already', async () => {
    const reason = new Error('stop')
    expect(await failureOf({ host: 'unix:///nowhere', signal: AbortSignal.abort(reason) })).toBe(reason)
  })

  it('tells a socket that answers nonsense from an engine', async () => {
    const folder = await mkdtemp(`${tmpdir()}/moorage-nonsense-`)
    const server = createServer((socket) => socket.end('hello\n'))
    await new Promise<void>((resolve) => server.listen(`${folder}/s`, resolve))
    try {
      const error = await failureOf({ host: `unix://${folder}/s` })
      expect(RuntimeError.is(error, 'ENGINE_UNAVAILABLE')).toBe(true)
      expect(String(error)).toContain(`unix://${folder}/s`)
    } finally {
      server.close()
      await rm(folder, { recursive: true })
    }
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
    ['tls.ca', { tls: { ca: 5, verify: true } }],
    ['tls.verify', { tls: { verify: 'yes' } }],
  ])('%s is refused by its name', async (field, options) => {
    await expect(createDockerRuntime(options as never)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field: `options.${field}` },
    })
  })
})
