import { describe, expect, it } from 'vitest'
import { dockerDialect } from '@moorage/engine-api'
import { containerDetails, entrypoint, environment, rowName } from '../../src/containers/details.ts'
import type { ContainerJson } from '../../src/containers/json.ts'
import { runningContainer } from '../scripted-engine.ts'

const running = runningContainer() as ContainerJson

describe('the details of a container', () => {
  it('have no exit code while it runs, and none before it ever ran', () => {
    expect(containerDetails(running, dockerDialect)).not.toHaveProperty('exitCode')
    const created = {
      ...running,
      State: { ...running.State, Status: 'created', StartedAt: '0001-01-01T00:00:00Z', ExitCode: 127 },
    }
    expect(containerDetails(created, dockerDialect)).not.toHaveProperty('exitCode')
    const exited = { ...running, State: { ...running.State, Status: 'exited', ExitCode: 0 } }
    expect(containerDetails(exited, dockerDialect).exitCode).toBe(0)
  })

  it('merge the IPv4 and IPv6 entries of a published port', () => {
    const Ports = {
      '80/tcp': [
        { HostIp: '0.0.0.0', HostPort: '8080' },
        { HostIp: '::', HostPort: '8080' },
      ],
      '81/udp': null,
    }
    const { ports } = containerDetails({ ...running, NetworkSettings: { Ports } }, dockerDialect)
    expect(ports).toEqual([{ containerPort: 80, protocol: 'tcp', hostPort: 8080, hostAddresses: ['0.0.0.0', '::'] }])
  })

  it('have no ports once it has stopped', () => {
    const stopped = {
      ...running,
      State: { ...running.State, Status: 'exited' },
      NetworkSettings: { Ports: { '80/tcp': [{ HostPort: '8080' }] } },
    }
    expect(containerDetails(stopped, dockerDialect).ports).toEqual([])
  })

  it('tell a tmpfs that the engine tells only in its host configuration', () => {
    const json = { ...running, HostConfig: { Mounts: [{ Type: 'tmpfs', Target: '/t' }] } }
    expect(containerDetails(json, dockerDialect).mounts).toEqual([
      { type: 'tmpfs', source: '', target: '/t', readOnly: false },
    ])
  })

  it('keep an environment value with an equals sign whole', () => {
    expect(environment(['A=b=c', 'NONE', 'E='])).toEqual({ A: 'b=c', NONE: '', E: '' })
  })

  it('take a cleared entrypoint for none', () => {
    expect([entrypoint(['']), entrypoint(null), entrypoint('sh'), entrypoint(['a', 'b'])]).toEqual([
      [],
      [],
      ['sh'],
      ['a', 'b'],
    ])
  })

  it('tell its own name from the links of others', () => {
    expect(rowName({ Id: '', Names: ['/other/alias', '/web'], Image: '', ImageID: '', Created: 0, State: '' })).toBe(
      '/web',
    )
  })
})
