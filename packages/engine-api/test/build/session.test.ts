import { mkdtemp, rm } from 'node:fs/promises'
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serveGrpc, unary } from '../../src/build/grpc.ts'
import { bytesOf, fieldsOf, loadWire, messageOf, textOf } from '../../src/build/messages.ts'
import { authService, credentialsFor, secretsService } from '../../src/build/services/secrets.ts'

const wire = await loadWire()
const prefixBytes = 5

/** What the engine's side of a call sees. */
interface Answer {
  readonly status: string
  readonly message: Uint8Array | undefined
}

describe('what an engine asks of a build', () => {
  let folder: string
  let engine: ClientHttp2Session
  const lookups: string[] = []

  beforeEach(async () => {
    folder = await mkdtemp(`${tmpdir()}/moorage-session-`)
    lookups.length = 0
    const find = credentialsFor(
      'buildImage',
      {
        context: { files: {} },
        credentials: {
          'theirs.test': { username: 'skipper', password: 'knots' },
          'docker.io': { identityToken: 'token' },
        },
      },
      async (request) => {
        lookups.push('host' in request ? request.host : '')
        return undefined
      },
      undefined,
    )
    const server = createServer((socket) => {
      void serveGrpc(socket, {
        '/grpc.health.v1.Health/Check': unary(() => messageOf(wire, { 1: 1 })),
        '/moby.filesync.v1.Auth/Credentials': authService(wire, find),
        '/moby.buildkit.secrets.v1.Secrets/GetSecret': secretsService(wire, new Map([['a', Buffer.from('value')]])),
      })
      server.close()
    })
    await new Promise<void>((resolve) => server.listen(`${folder}/socket`, resolve))
    engine = connectHttp2('http://session', { createConnection: () => connect({ path: `${folder}/socket` }) })
  })
  afterEach(async () => {
    engine.destroy()
    await rm(folder, { recursive: true })
  })

  async function ask(path: string, text = ''): Promise<Answer> {
    const message = messageOf(wire, { 1: text })
    const framed = Buffer.alloc(prefixBytes + message.byteLength)
    framed.writeUInt32BE(message.byteLength, 1)
    framed.set(message, prefixBytes)
    const stream = engine.request({ ':path': path, ':method': 'POST', 'content-type': 'application/grpc' })
    const status = new Promise<string>((resolve) => {
      stream.once('trailers', (trailers) => resolve(String(trailers['grpc-status'])))
    })
    stream.end(framed)
    const pieces: Buffer[] = []
    for await (const piece of stream) pieces.push(piece as Buffer)
    const whole = Buffer.concat(pieces)
    return { status: await status, message: whole.byteLength === 0 ? undefined : whole.subarray(prefixBytes) }
  }

  async function credentials(host: string): Promise<readonly string[]> {
    const { status, message = new Uint8Array(0) } = await ask('/moby.filesync.v1.Auth/Credentials', host)
    const fields = fieldsOf(wire, message)
    return [status, textOf(fields, 1), textOf(fields, 2)]
  }

  it('is answered with health', async () => {
    const { status, message = new Uint8Array(0) } = await ask('/grpc.health.v1.Health/Check')
    expect([status, fieldsOf(wire, message)[0]?.value]).toEqual(['0', 1])
  })

  it('gets the credentials of the host that it names, and of no other', async () => {
    expect(await credentials('theirs.test')).toEqual(['0', 'skipper', 'knots'])
    expect(await credentials('evil.example')).toEqual(['0', '', ''])
    expect(await credentials('registry-1.docker.io')).toEqual(['0', '', 'token'])
    expect(await credentials('evil.example')).toEqual(['0', '', ''])
    expect(lookups, 'each is looked up once').toEqual(['evil.example'])
  })

  it.each(['docker.io', 'index.docker.io', 'registry-1.docker.io'])(
    "gets Docker Hub's credentials for %s",
    async (host) => {
      expect(await credentials(host)).toEqual(['0', '', 'token'])
      expect(lookups).toEqual([])
    },
  )

  it.each([
    ['mirror', '0'],
    ['my_registry.corp', '0'],
    ['my_registry.corp:5000', '0'],
    ['localhost', '0'],
    ['[::1]:5000', '0'],
    ['THEIRS.TEST', '0'],
    ['DOCKER.IO', '0'],
    ['Registry-1.docker.io', '0'],
    ['docker.io:443', '0'],
    ['auth.docker.io', '0'],
    ['hub.docker.com', '0'],
    ['docker.io.evil.example', '0'],
    ['constructor', '0'],
    ['__proto__', '0'],
    ['', '3'],
    ['docker.io/', '3'],
    ['docker.io.', '3'],
    ['.docker.io', '3'],
    [' docker.io', '3'],
    ['docker.io\n', '3'],
    ['docker.io/library/app', '3'],
    ['https://index.docker.io/v1/', '3'],
    ['https://docker.io', '3'],
    ['user@docker.io', '3'],
    ['docker.io:port', '3'],
    ['theirs.test/', '3'],
    ['dockér.io', '3'],
  ])('gets none for %j', async (host, status) => {
    const { message = new Uint8Array(0), ...answer } = await ask('/moby.filesync.v1.Auth/Credentials', host)
    expect([answer.status, message.byteLength]).toEqual([status, 0])
    expect(lookups).toEqual(status === '0' ? [host] : [])
  })

  it('gets a secret by its id, and the answer that lets a build go on for any other', async () => {
    const { status, message = new Uint8Array(0) } = await ask('/moby.buildkit.secrets.v1.Secrets/GetSecret', 'a')
    expect([status, Buffer.from(bytesOf(fieldsOf(wire, message), 1)).toString()]).toEqual(['0', 'value'])
    // Docker 28 asks for headers like this one.
    const other = await ask('/moby.buildkit.secrets.v1.Secrets/GetSecret', 'HTTP_AUTH_HEADER_theirs.test')
    expect(other).toEqual({ status: '5', message: undefined })
  })

  it('is told of what it asks in vain', async () => {
    expect(await ask('/moby.filesync.v1.Auth/FetchToken')).toEqual({ status: '12', message: undefined })
  })
})
