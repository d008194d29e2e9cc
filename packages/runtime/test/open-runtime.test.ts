import { openRuntime, type OpenRuntimeOptions } from '@moorage/runtime'
import { RuntimeError } from '@moorage/runtime-core'
import { describe, expect, it } from 'vitest'
import { attempt, silentBackend, stubBackend } from './stub-runtime.ts'

const environment = {}
const failureOf = (options: OpenRuntimeOptions): Promise<unknown> =>
  openRuntime({ environment, ...options }).then(
    () => 'opened',
    (reason: unknown) => reason,
  )

describe('openRuntime without a name', () => {
  it('takes Docker first and asks nobody else', async () => {
    const docker = stubBackend('docker')
    const podman = stubBackend('podman')
    const opened = await openRuntime({ environment, adapters: { docker: docker.open, podman: podman.open } })
    expect(opened).toEqual({
      runtime: docker.runtime,
      choice: { backend: 'docker', reason: 'Docker answers', tried: [] },
    })
    expect(docker.calls).toEqual([{ environment }])
    expect(podman.calls).toEqual([])
  })

  it('takes Podman when Docker does not answer, and says what it tried', async () => {
    const tried = [attempt('unix:///var/run/docker.sock'), attempt('unix:///home/docker.sock')]
    const podman = stubBackend('podman')
    const { runtime, choice } = await openRuntime({
      environment,
      adapters: { docker: silentBackend('docker', ...tried).open, podman: podman.open },
    })
    expect(runtime).toBe(podman.runtime)
    expect(choice).toEqual({
      backend: 'podman',
      reason: 'Podman answers, and Docker does not',
      tried,
    })
  })

  it('takes the fake when no engine answers, but only if it is allowed', async () => {
    const fake = stubBackend('fake')
    const adapters = {
      docker: silentBackend('docker', attempt('a')).open,
      podman: silentBackend('podman', attempt('b')).open,
      fake: fake.open,
    }
    expect(await failureOf({ adapters })).toMatchObject({ code: 'ENGINE_UNAVAILABLE' })
    expect(fake.calls).toEqual([])
    const { runtime, choice } = await openRuntime({ environment, adapters, allowFake: true })
    expect(runtime).toBe(fake.runtime)
    expect(choice.reason).toBe('no engine answers, and the fake is allowed')
    expect(choice.tried).toEqual([attempt('a'), attempt('b')])
  })

  it('takes an engine of the wrong version for one that cannot be had', async () => {
    const docker = stubBackend('docker', () => {
      throw new RuntimeError('API_VERSION_UNSUPPORTED', { message: 'too old', operation: 'open', details: {} })
    })
    const podman = stubBackend('podman')
    const { choice } = await openRuntime({ environment, adapters: { docker: docker.open, podman: podman.open } })
    expect(choice.backend).toBe('podman')
    expect(choice.tried).toEqual([{ target: 'docker', source: 'default', reason: 'too old' }])
  })

  it('rejects with what an adapter fails with otherwise, and goes no further', async () => {
    const broken = new TypeError('broken adapter')
    const docker = stubBackend('docker', () => {
      throw broken
    })
    const podman = stubBackend('podman')
    expect(await failureOf({ adapters: { docker: docker.open, podman: podman.open } })).toBe(broken)
    expect(podman.calls).toEqual([])
  })

  it('looks at a named host with Docker and Podman, and never stands a fake in for it', async () => {
    const docker = silentBackend('docker', attempt('unix:///x'))
    const podman = silentBackend('podman', attempt('unix:///x'))
    const fake = stubBackend('fake')
    const adapters = { docker: docker.open, podman: podman.open, fake: fake.open }
    const error = await failureOf({ adapters, host: 'unix:///x', allowFake: true })
    expect(error).toMatchObject({ code: 'ENGINE_UNAVAILABLE' })
    expect(String(error)).toContain('correct the `host` option')
    expect([docker.calls, podman.calls, fake.calls]).toEqual([[{ host: 'unix:///x' }], [{ host: 'unix:///x' }], []])
  })
})

describe('openRuntime with a name', () => {
  const backends = () => {
    const docker = silentBackend('docker', attempt('unix:///d'))
    const podman = stubBackend('podman')
    const fake = stubBackend('fake')
    return { docker, podman, fake, adapters: { docker: docker.open, podman: podman.open, fake: fake.open } }
  }

  it.each([
    ['the option', { backend: 'podman' }, 'the `backend` option names it'],
    ['MOORAGE_BACKEND', { environment: { MOORAGE_BACKEND: 'podman' } }, 'MOORAGE_BACKEND names it'],
    [
      'the option before MOORAGE_BACKEND, even a bad one',
      { backend: 'podman', environment: { MOORAGE_BACKEND: 'lxc' } },
      'the `backend` option names it',
    ],
  ] as const)('takes the one that is named by %s and asks nobody else', async (_, options, reason) => {
    const { adapters, docker, fake } = backends()
    const { choice } = await openRuntime({ environment, adapters, ...options })
    expect(choice).toEqual({ backend: 'podman', reason, tried: [] })
    expect([docker.calls, fake.calls]).toEqual([[], []])
  })

  it('takes an empty MOORAGE_BACKEND for none', async () => {
    const { adapters } = backends()
    const { choice } = await openRuntime({ environment: { MOORAGE_BACKEND: '' }, adapters })
    expect(choice.backend).toBe('podman')
  })

  it('allows the fake when it is named', async () => {
    const { adapters, fake } = backends()
    const { runtime } = await openRuntime({ environment: { MOORAGE_BACKEND: 'fake' }, adapters })
    expect(runtime).toBe(fake.runtime)
  })

  it.each([
    ['the option', { backend: 'docker' }, 'the `backend` option allows no other'],
    ['MOORAGE_BACKEND', { environment: { MOORAGE_BACKEND: 'docker' } }, 'MOORAGE_BACKEND allows no other'],
  ] as const)('never falls back from the one that is named by %s', async (_, options, words) => {
    const { adapters, podman, fake } = backends()
    const error = await failureOf({ adapters, allowFake: true, ...options })
    expect(error).toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      resource: { kind: 'engine', id: 'docker' },
      details: { tried: [attempt('unix:///d')] },
    })
    expect(String(error)).toContain(words)
    expect([podman.calls, fake.calls]).toEqual([[], []])
  })

  it('passes on that a named engine has the wrong version', async () => {
    const old = new RuntimeError('API_VERSION_UNSUPPORTED', { message: 'too old', operation: 'open', details: {} })
    const docker = stubBackend('docker', () => Promise.reject(old))
    expect(await failureOf({ backend: 'docker', adapters: { docker: docker.open } })).toBe(old)
  })
})

describe('ENGINE_UNAVAILABLE of openRuntime', () => {
  it('lists everything that was tried and says what to do next', async () => {
    const adapters = {
      docker: silentBackend('docker', attempt('unix:///var/run/docker.sock')).open,
      podman: silentBackend('podman', { target: 'tcp://10.0.0.1', source: 'CONTAINER_HOST', reason: 'no route' }).open,
    }
    const error = await failureOf({ adapters })
    expect(RuntimeError.is(error, 'ENGINE_UNAVAILABLE') && error.message).toBe(
      [
        'openRuntime: no container engine answers. Start Docker or Podman (`podman system service`), or say where they are' +
          ' with DOCKER_HOST or CONTAINER_HOST. Tests can do without: pass `allowFake: true` or set MOORAGE_BACKEND=fake.' +
          ' Tried:',
        '  unix:///var/run/docker.sock (default): connection refused',
        '  tcp://10.0.0.1 (CONTAINER_HOST): no route',
      ].join('\n'),
    )
    expect(RuntimeError.is(error) && error.cause).toMatchObject({ errors: [{ code: 'ENGINE_UNAVAILABLE' }, {}] })
  })

  it('shows neither user nor password of any address, whatever the adapter lists', async () => {
    const address = 'tcp://skipper:hunter2@engine.test:2375'
    const attempted = { target: address, source: 'DOCKER_HOST', reason: `cannot connect to ${address}` }
    const docker = silentBackend('docker', attempted)
    const shown = [{ target: 'tcp://engine.test:2375', reason: 'cannot connect to tcp://engine.test:2375' }]
    const { choice } = await openRuntime({
      environment,
      adapters: { docker: docker.open, podman: stubBackend('p').open },
    })
    expect(choice.tried).toMatchObject(shown)
    const error = await failureOf({ backend: 'docker', adapters: { docker: docker.open } })
    expect(error).toMatchObject({ details: { tried: shown } })
    expect(JSON.stringify(error)).not.toMatch(/skipper|hunter2/)
  })

  it('has an entry also for an adapter that lists nothing', async () => {
    const error = await failureOf({ backend: 'docker', adapters: { docker: silentBackend('docker').open } })
    expect(error).toMatchObject({
      details: { tried: [{ target: 'docker', source: 'default', reason: 'no docker answers' }] },
    })
  })
})

describe('a given environment', () => {
  const environment = { DOCKER_HOST: 'unix:///mine/docker.sock' }
  it.each([
    ['a backend of the environment', { environment: { ...environment, MOORAGE_BACKEND: 'docker' } }],
    ['a backend of the options', { environment, backend: 'docker' }],
    ['no host', { environment: {} }],
    ['another engine tried first', { environment, allowOtherEngine: true }],
  ] as const)('reaches every opener with %s', async (_, options) => {
    const docker = silentBackend('docker', { ...attempt('unix:///mine/docker.sock'), named: true })
    const podman = stubBackend('podman')
    const open = { ...options, adapters: { docker: docker.open, podman: podman.open } }
    await openRuntime(open).catch((error: unknown) => error)
    const calls = [...docker.calls, ...podman.calls]
    expect(calls.length).toBeGreaterThan(0)
    expect(calls.every((call) => call.environment === options.environment)).toBe(true)
  })
})

describe('a host without a backend', () => {
  it('is tried as Podman where the version of Docker is not supported', async () => {
    const old = new RuntimeError('API_VERSION_UNSUPPORTED', { message: 'too old', operation: 'open', details: {} })
    const docker = stubBackend('docker', () => Promise.reject(old))
    const podman = stubBackend('podman')
    const adapters = { docker: docker.open, podman: podman.open }
    const { choice } = await openRuntime({ host: 'unix:///x', adapters })
    expect(choice.backend).toBe('podman')
  })
})
