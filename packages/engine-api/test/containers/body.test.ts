import { describe, expect, it } from 'vitest'
import { containerBody, wholeSeconds } from '../../src/containers/body.ts'

describe('the body of a create', () => {
  it('says nothing that was not asked', () => {
    expect(containerBody({ image: 'a' })).toEqual({ Image: 'a', HostConfig: {} })
  })

  it('clears an entrypoint, and disables a healthcheck', () => {
    expect(containerBody({ image: 'a', entrypoint: [], healthcheck: false })).toMatchObject({
      Entrypoint: [''],
      Healthcheck: { Test: ['NONE'] },
    })
  })

  it('counts healthcheck times in nanoseconds, and CPUs in billionths', () => {
    const body = containerBody({
      image: 'a',
      healthcheck: { test: 'true', intervalMs: 1.5, retries: 2 },
      resources: { cpus: 0.5 },
    })
    expect(body).toMatchObject({
      Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 1_500_000, Retries: 2 },
      HostConfig: { NanoCpus: 500_000_000 },
    })
  })

  it('puts two host ports of one port side by side', () => {
    const body = containerBody({ image: 'a', ports: [{ containerPort: 80, hostPort: 1 }, { containerPort: 80 }] })
    expect(body).toMatchObject({
      ExposedPorts: { '80/tcp': {} },
      HostConfig: {
        PortBindings: {
          '80/tcp': [
            { HostIp: '', HostPort: '1' },
            { HostIp: '', HostPort: '' },
          ],
        },
      },
    })
  })

  it('names the namespaces of another container', () => {
    const body = containerBody({ image: 'a', namespaces: { network: { container: 'x' }, pid: 'host' } })
    expect(body).toMatchObject({ HostConfig: { NetworkMode: 'container:x', PidMode: 'host' } })
  })

  it('rounds seconds up, so that a short grace is not none', () => {
    expect([0, 1, 1000, 1001].map(wholeSeconds)).toEqual([0, 1, 1, 2])
  })
})
