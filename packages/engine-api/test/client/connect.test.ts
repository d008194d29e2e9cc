import { connectEngine, dockerDialect } from '@moorage/engine-api'
import { describe, expect, it } from 'vitest'
import { formatEndpoint } from '../../src/transport/endpoint.ts'
import { serveHttp, serveSockets } from '../transport/scripted-server.ts'

/** Connects to an engine that speaks these API versions. */
async function versionWith(newest: string, oldest: string | undefined): Promise<unknown> {
  await using server = await serveHttp((request, response) => {
    if (request.url === '/_ping') response.writeHead(200, { 'api-version': newest }).end('OK')
    else if (request.url === '/version' && oldest !== undefined) {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ ApiVersion: newest, MinAPIVersion: oldest }))
    } else response.writeHead(404).end('{"message":"page not found"}')
  })
  const host = formatEndpoint(server.transport.endpoint)
  try {
    const options = { candidates: [{ host, source: 'option' }], refuse: () => undefined, dialect: dockerDialect }
    const client = await connectEngine(options)
    await client.close()
    return client.apiVersion
  } catch (error) {
    return Object(error).code
  }
}

describe('the API version', () => {
  it.each([
    ['1.41', undefined, '1.41'],
    ['1.43', '1.24', '1.43'],
    ['1.45', '1.24', '1.45'],
    ['1.51', '1.24', '1.51'],
    ['1.52', '1.44', '1.51'],
    ['1.99', '1.51', '1.51'],
    ['1.99', undefined, '1.51'],
    ['1.99', '1.52', 'API_VERSION_UNSUPPORTED'],
    ['1.40', '1.12', 'API_VERSION_UNSUPPORTED'],
  ])('of an engine up to %s and from %s is %s', async (newest, oldest, expected) => {
    expect(await versionWith(newest, oldest)).toBe(expected)
  })
})

describe('a place where nobody says who it is', () => {
  const options = { refuse: () => undefined, dialect: dockerDialect, openTimeoutMs: 100 }

  it.each([
    ['takes the connection and is silent', ''],
    ['begins an answer', 'HTTP/1.1 200 OK\r\nApi-Ver'],
    ['has an answer without end', 'HTTP/1.1 200 OK\r\nApi-Version: 1.45\r\nContent-Length: 99\r\n\r\nO'],
  ])('that %s does not answer in time', async (_what, bytes) => {
    await using server = await serveSockets((socket) => void socket.write(bytes))
    const host = formatEndpoint(server.transport.endpoint)
    const candidates = [{ host, source: 'option' }]
    await expect(connectEngine({ ...options, candidates })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      details: { tried: [{ target: host, source: 'option', reason: 'it has not answered within 0.1 s' }] },
    })
  })

  it('does not keep the next one from being asked', async () => {
    await using silent = await serveSockets(() => undefined)
    await using engine = await serveHttp((_request, response) => {
      response.writeHead(200, { 'api-version': '1.45' }).end('OK')
    })
    const candidates = [silent, engine].map(({ transport }) => ({
      host: formatEndpoint(transport.endpoint),
      source: 'default',
    }))
    const client = await connectEngine({ ...options, candidates, openTimeoutMs: 1000 })
    expect(client.apiVersion).toBe('1.45')
    await client.close()
  })
})
