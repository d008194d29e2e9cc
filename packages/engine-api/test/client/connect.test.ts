import { connectEngine, dockerDialect } from '@moorage/engine-api'
import { describe, expect, it } from 'vitest'
import { formatEndpoint } from '../../src/transport/endpoint.ts'
import { serveHttp } from '../transport/scripted-server.ts'

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
