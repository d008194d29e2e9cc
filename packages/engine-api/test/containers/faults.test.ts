import { collectOutput } from '@moorage/runtime-core'
import { describe, expect, it } from 'vitest'
import { frame } from '../transport/scripted-server.ts'
import { runningContainer, scriptEngine, sendJson, type Answer } from '../scripted-engine.ts'

const id = 'c'.repeat(64)
const inspect = { [`GET /containers/web/json`]: runningContainer(), [`GET /containers/${id}/json`]: runningContainer() }

const over = { ...runningContainer(), State: { Status: 'exited', ExitCode: 0, StartedAt: '2026-01-01T00:00:01Z' } }

/** Of a container that has exited by the time the logs have ended. */
async function logsThat(answer: Answer, after: object = over): Promise<unknown> {
  await using engine = await scriptEngine({
    ...inspect,
    [`GET /containers/${id}/json`]: after,
    [`GET /containers/${id}/logs`]: answer,
  })
  try {
    const { stdout, stderr } = await collectOutput(engine.adapter.containerLogs('web', { follow: true }))
    return { stdout: Buffer.from(stdout).toString(), stderr: Buffer.from(stderr).toString() }
  } catch (error) {
    return error
  }
}

describe('logs of an engine that misbehaves', () => {
  it('are whole when the engine behaves', async () => {
    const answer = await logsThat((_request, response) => {
      response.write(frame(1, 'out'))
      response.end(frame(2, 'err'))
    })
    expect(answer).toEqual({ stdout: 'out', stderr: 'err' })
  })

  it('are lost with the connection', async () => {
    const error = await logsThat((_request, response) => {
      response.write(frame(1, 'out'), () => response.destroy())
    })
    expect(error).toMatchObject({ code: 'CONNECTION_LOST', operation: 'containerLogs' })
  })

  it('are lost when they end while the container runs', async () => {
    const error = await logsThat((_request, response) => response.end(frame(1, 'out')), runningContainer())
    expect(error).toMatchObject({ code: 'CONNECTION_LOST', operation: 'containerLogs' })
  })

  it('end with the container, also where it runs again by then', async () => {
    const json = runningContainer() as { readonly State: object }
    const again = { ...json, State: { ...json.State, StartedAt: '2026-01-01T00:00:09Z' } }
    const answer = await logsThat((_request, response) => response.end(frame(1, 'out')), again)
    expect(answer).toEqual({ stdout: 'out', stderr: '' })
  })

  it('are a protocol error when the last frame is truncated', async () => {
    const error = await logsThat((_request, response) => response.end(frame(1, 'out').subarray(0, 9)))
    expect(error).toMatchObject({ code: 'PROTOCOL_ERROR' })
  })

  it('are a protocol error when the bytes are not frames', async () => {
    const error = await logsThat((_request, response) => response.end('<html>proxy error</html>'))
    expect(error).toMatchObject({ code: 'PROTOCOL_ERROR' })
  })

  it("end with the engine's own error in a frame of type 3", async () => {
    const error = await logsThat((_request, response) => response.end(frame(3, 'the log is gone')))
    expect(error).toMatchObject({ code: 'ENGINE_ERROR', engine: { message: 'the log is gone' } })
  })

  it('of a terminal are never taken apart', async () => {
    await using engine = await scriptEngine({
      'GET /containers/web/json': runningContainer({ tty: true }),
      [`GET /containers/${id}/logs`]: (_request, response) => response.end(frame(1, 'looks like a frame')),
    })
    const { stdout } = await collectOutput(engine.adapter.containerLogs('web'))
    expect(Buffer.from(stdout)).toEqual(frame(1, 'looks like a frame'))
  })
})

describe('a stop while others start the container again', () => {
  it('is over when its run is', async () => {
    let isStopped = false
    const state = (_request: unknown, response: Parameters<typeof sendJson>[0]): void => {
      const json = runningContainer() as { readonly State: object }
      sendJson(response, isStopped ? { ...json, State: { ...json.State, StartedAt: '2026-01-01T00:00:02Z' } } : json)
    }
    await using engine = await scriptEngine({
      'GET /containers/web/json': state,
      [`GET /containers/${id}/json`]: state,
      [`POST /containers/${id}/stop`]: (_request, response) => {
        isStopped = true
        response.writeHead(204).end()
      },
    })
    await engine.adapter.stopContainer('web')
  })
})

describe('answers that are not what they should be', () => {
  it('HTML for JSON is a protocol error', async () => {
    await using engine = await scriptEngine({
      'GET /containers/web/json': (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end('<html></html>')
      },
    })
    await expect(engine.adapter.inspectContainer('web')).rejects.toMatchObject({ code: 'PROTOCOL_ERROR' })
  })

  it('a status that nobody expects is an engine error with the engine’s words', async () => {
    await using engine = await scriptEngine({
      'GET /containers/web/json': (_request, response) => sendJson(response, { message: 'out of cheese' }, 418),
    })
    await expect(engine.adapter.inspectContainer('web')).rejects.toMatchObject({
      code: 'ENGINE_ERROR',
      engine: { status: 418, message: 'out of cheese' },
      resource: { kind: 'container', id: 'web' },
    })
  })

  it('a failure in the middle of a removal is asked again', async () => {
    let asked = 0
    await using engine = await scriptEngine({
      'GET /containers/web/json': (_request, response) => {
        asked += 1
        if (asked < 3) sendJson(response, { message: 'being removed' }, 500)
        else sendJson(response, { message: 'no such container' }, 404)
      },
    })
    await expect(engine.adapter.inspectContainer('web')).rejects.toMatchObject({ code: 'CONTAINER_NOT_FOUND' })
    expect(asked).toBe(3)
  })

  it('a wait without an exit code is not an exit code', async () => {
    await using engine = await scriptEngine({ ...inspect, [`POST /containers/${id}/wait`]: { Nonsense: true } })
    await expect(engine.adapter.waitContainer('web')).rejects.toThrow(/StatusCode|Nonsense/)
  })
})

describe('timestamps', () => {
  it('are taken off each frame, wherever the network cut it', async () => {
    const whole = Buffer.concat([
      frame(1, '2026-01-01T00:00:00.123456789Z long line without end'),
      frame(1, '2026-01-01T00:00:00.123456790Z and its rest\n'),
      frame(2, '2026-01-01T00:00:00.5Z \n'),
    ])
    for (let cut = 1; cut < whole.length; cut += 7) {
      await using engine = await scriptEngine({
        ...inspect,
        [`GET /containers/${id}/logs`]: (_request, response) => {
          response.write(whole.subarray(0, cut))
          setImmediate(() => response.end(whole.subarray(cut)))
        },
      })
      const seen: Record<string, string> = {}
      for await (const { bytes, timestamp } of engine.adapter.containerLogs('web', { timestamps: true })) {
        seen[timestamp ?? ''] = (seen[timestamp ?? ''] ?? '') + Buffer.from(bytes).toString()
      }
      expect(seen, `cut at ${cut}`).toEqual({
        '2026-01-01T00:00:00.123456789Z': 'long line without end',
        '2026-01-01T00:00:00.123456790Z': 'and its rest\n',
        '2026-01-01T00:00:00.5Z': '\n',
      })
    }
  })

  it("are taken off each line of a terminal's output", async () => {
    await using engine = await scriptEngine({
      'GET /containers/web/json': runningContainer({ tty: true }),
      [`GET /containers/${id}/logs`]: (_request, response) =>
        response.end('2026-01-01T00:00:00Z a\r\n2026-01-01T00:00:01Z b\r\n'),
    })
    const seen: unknown[] = []
    for await (const { bytes, timestamp } of engine.adapter.containerLogs('web', { timestamps: true })) {
      seen.push([timestamp, Buffer.from(bytes).toString()])
    }
    expect(seen).toEqual([
      ['2026-01-01T00:00:00Z', 'a\r\n'],
      ['2026-01-01T00:00:01Z', 'b\r\n'],
    ])
  })
})
