import { describe, expect, test } from 'vitest'
import { scriptEngine, sendJson } from '../scripted-engine.ts'

const { signal } = new AbortController()

describe('the removal of a container that the engine cannot inspect', () => {
  test.each([204, 500])('succeeds when it is gone afterwards, also after a status of %i', async (status) => {
    let isGone = false
    await using engine = await scriptEngine({
      'GET /containers/box/json': (_request, response) =>
        sendJson(response, { message: isGone ? 'no such container' : 'inspection mismatch' }, isGone ? 404 : 500),
      'DELETE /containers/box': (_request, response) => {
        isGone = true
        if (status === 500) sendJson(response, { message: 'cleaning up' }, status)
        else response.writeHead(status).end()
      },
    })
    await engine.adapter.removeContainer('box', { force: true, signal })
    expect(isGone).toBe(true)
  })

  test('fails with what the removal fails with when it is still there', async () => {
    await using engine = await scriptEngine({
      'GET /containers/box/json': (_request, response) => sendJson(response, { message: 'inspection mismatch' }, 500),
      'DELETE /containers/box': (_request, response) => sendJson(response, { message: 'cannot clean up' }, 500),
    })
    await expect(engine.adapter.removeContainer('box', { force: true, signal })).rejects.toMatchObject({
      code: 'ENGINE_ERROR',
      message: expect.stringContaining('cannot clean up'),
    })
  })
})

describe('a change of the networks of a paused container, on an engine that it breaks', () => {
  test.each(['connectNetwork', 'disconnectNetwork'] as const)('%s is refused before it is sent', async (method) => {
    const Networks = method === 'connectNetwork' ? {} : { net: { NetworkID: 'n1' } }
    await using engine = await scriptEngine(
      {
        'GET /networks/net': { Id: 'n1', Name: 'net', Driver: 'bridge', Created: '2030-01-01T00:00:00Z' },
        'GET /containers/box/json': {
          Id: 'box',
          Name: '/box',
          Image: 'sha256:1',
          Created: '2030-01-01T00:00:00Z',
          RestartCount: 0,
          State: {
            Status: 'paused',
            Running: true,
            ExitCode: 0,
            Pid: 1,
            StartedAt: '2030-01-01T00:00:00Z',
            FinishedAt: '',
            OOMKilled: false,
          },
          Config: {
            Image: 'tools',
            Env: [],
            Labels: {},
            User: '',
            WorkingDir: '',
            Hostname: '',
            Tty: false,
            OpenStdin: false,
          },
          HostConfig: {},
          Mounts: [],
          NetworkSettings: { Networks, Ports: {} },
        },
      },
      undefined,
      { breaksPausedNetworks: true },
    )
    await expect(engine.adapter[method]?.('net', 'box', { signal })).rejects.toMatchObject({
      code: 'CONTAINER_NOT_RUNNING',
      resource: { kind: 'container', id: 'box' },
    })
    expect(engine.requests.filter((request) => request.startsWith('POST'))).toEqual([])
  })
})
