import { createServer } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { RuntimeError } from '@moorage/runtime-core'
import { createDockerRuntime } from '@moorage/runtime-docker'
import { describe, expect, it } from 'vitest'
import { dockerCandidates } from '../src/hosts.ts'

describe('where Docker is looked for', () => {
  it('takes the named host alone', () => {
    expect(dockerCandidates('tcp://127.0.0.1:1', { DOCKER_HOST: 'unix:///other' })).toEqual([
      { host: 'tcp://127.0.0.1:1', source: 'option' },
    ])
  })

  it('takes DOCKER_HOST alone', () => {
    expect(dockerCandidates(undefined, { DOCKER_HOST: 'unix:///a' })).toEqual([
      { host: 'unix:///a', source: 'DOCKER_HOST' },
    ])
  })

  it('looks at the usual sockets when nothing is named, an empty DOCKER_HOST included', () => {
    const candidates = dockerCandidates(undefined, { DOCKER_HOST: '', XDG_RUNTIME_DIR: '/run/user/7' })
    expect(candidates.map(({ source }) => source)).toEqual(['default', 'default', 'default'])
    expect(candidates[1]?.host).toBe('unix:///run/user/7/docker.sock')
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
