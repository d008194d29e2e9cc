import { describe, expect, it } from 'vitest'
import { scriptEngine, sendJson, type Answer } from '../scripted-engine.ts'

const image = { Id: `sha256:${'1'.repeat(64)}`, Os: 'linux', Architecture: 'arm64', Variant: 'v8' }

async function pullFrom(answer: Answer): Promise<unknown> {
  await using engine = await scriptEngine({ 'POST /images/create': answer, 'GET /images/host/a:1/json': image })
  return await engine.adapter.pullImage('host/a:1').catch((error: unknown) => error)
}

const streamOf =
  (...lines: readonly object[]): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    // No newline after the last: it counts nevertheless.
    response.end(lines.map((line) => JSON.stringify(line)).join('\r\n'))
  }

describe('pullImage', () => {
  it('resolves with what the engine has afterwards', async () => {
    expect(await pullFrom(streamOf({ status: 'Pulling' }, { status: 'Digest: sha256:abc' }))).toEqual({
      id: image.Id,
      digest: 'sha256:abc',
      platform: 'linux/arm64/v8',
    })
  })

  it.each([
    ['manifest unknown: manifest unknown', 'IMAGE_NOT_FOUND'],
    ['toomanyrequests: slow down', 'RATE_LIMITED'],
    ['unauthorized: authentication required', 'UNAUTHORIZED'],
    ['dial tcp 127.0.0.1:1: connect: connection refused', 'REGISTRY_UNAVAILABLE'],
    ['no space left on device', 'ENGINE_ERROR'],
  ])('an error in the stream that says %s is %s', async (message, code) => {
    const error = await pullFrom(streamOf({ status: 'Pulling' }, { error: message, errorDetail: { message } }))
    expect(error).toMatchObject({ code, engine: { message }, resource: { kind: 'image', id: 'host/a:1' } })
  })

  it.each([
    [404, 'not there', 'IMAGE_NOT_FOUND'],
    [401, 'who are you', 'UNAUTHORIZED'],
    [429, 'wait', 'RATE_LIMITED'],
    [500, 'Get "https://x/v2/": no such host', 'REGISTRY_UNAVAILABLE'],
  ])('the status %i is %s', async (status, message, code) => {
    const error = await pullFrom((_request, response) => sendJson(response, { message }, status))
    expect(error).toMatchObject({ code, engine: { status, message } })
  })

  it('is lost with the connection, and not a success', async () => {
    const error = await pullFrom((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{"status":"Pulling"}\n', () => response.destroy())
    })
    expect(error).toMatchObject({ code: 'CONNECTION_LOST' })
  })

  it('is a protocol error when the progress is no JSON', async () => {
    const error = await pullFrom((_request, response) => response.end('<html>a proxy</html>'))
    expect(error).toMatchObject({ code: 'PROTOCOL_ERROR' })
  })

  it('sends credentials in their header only', async () => {
    let header = ''
    await using engine = await scriptEngine({
      'POST /images/create': (request, response) => {
        header = String(request.headers['x-registry-auth'])
        streamOf({ status: 'ok' })(request, response)
      },
      'GET /images/host/a:1/json': image,
    })
    await engine.adapter.pullImage('host/a:1', { credentials: { username: 'u', password: 'p?>' } })
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ username: 'u', password: 'p?>' })
    expect(engine.requests.join()).not.toContain('p%3F')
    expect(engine.requests[0]).toBe('POST /images/create?fromImage=host%2Fa%3A1')
  })

  it('passes progress on in order, and layers with their bytes', async () => {
    const events: unknown[] = []
    await using engine = await scriptEngine({
      'POST /images/create': streamOf(
        { status: 'Pulling from a', id: '1' },
        { status: 'Already exists', id: 'old' },
        { status: 'Pulling fs layer', id: 'abc' },
        { status: 'Downloading', id: 'abc', progressDetail: { current: 5, total: 10 } },
        { status: 'Pull complete', id: 'abc' },
      ),
      'GET /images/host/a:1/json': image,
    })
    await engine.adapter.pullImage('host/a:1', { onEvent: (event) => events.push(event) })
    expect(events).toEqual([
      { phase: 'status', text: 'Pulling from a' },
      { phase: 'complete', layer: 'old', text: 'Already exists' },
      { phase: 'waiting', layer: 'abc', text: 'Pulling fs layer' },
      {
        phase: 'downloading',
        layer: 'abc',
        currentBytes: 5,
        totalBytes: 10,
        fraction: expect.closeTo(0.675),
        text: 'Downloading',
      },
      { phase: 'complete', layer: 'abc', fraction: 1, text: 'Pull complete' },
    ])
  })
})
