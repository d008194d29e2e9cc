import { createPodmanRuntime } from '@moorage/runtime-podman'
import { describe, expect, it } from 'vitest'
import { podmanDialect } from '../src/dialect.ts'
import { podmanCandidates } from '../src/hosts.ts'

describe('where Podman is looked for', () => {
  it('takes the named host, else CONTAINER_HOST, else the usual sockets', () => {
    expect(podmanCandidates('unix:///a', {})).toEqual([{ host: 'unix:///a', source: 'option' }])
    expect(podmanCandidates(undefined, { CONTAINER_HOST: 'unix:///b' })).toEqual([
      { host: 'unix:///b', source: 'CONTAINER_HOST' },
    ])
    expect(podmanCandidates(undefined, { XDG_RUNTIME_DIR: '/run/user/7' }).map(({ host }) => host)).toEqual([
      'unix:///run/user/7/podman/podman.sock',
      'unix:///run/podman/podman.sock',
    ])
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
