import { ServerResponse, type IncomingMessage } from 'node:http'
import {
  capabilityKinds,
  createRuntime,
  defineCapabilities,
  type Capabilities,
  type Runtime,
} from '@moorage/runtime-core'
import { cleanupReporter, dockerCredentials, dockerDialect, engineAdapter, EngineClient } from '@moorage/engine-api'
import { runningContainer, sendJson } from '../scripted-engine.ts'
import { serveHttp, UPGRADED } from '../transport/scripted-server.ts'

/** How an engine, or a proxy in its place, fails a request; it may repeat all that it was sent. */
export type Failing = (response: ServerResponse, echo: string) => void

const whole = (response: ServerResponse, status: number, body: string, type = 'application/json'): void => {
  response.writeHead(status, { 'content-type': type })
  response.end(body)
}

const cut = (response: ServerResponse, body: string): void => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) + 9 })
  response.write(body, () => response.socket?.destroy())
}

export const failings = {
  'a 400 that repeats the request': (response, echo) => whole(response, 400, JSON.stringify({ message: echo })),
  'a 401 that repeats the request': (response, echo) => whole(response, 401, JSON.stringify({ message: echo })),
  'a 404 that repeats the request': (response, echo) => whole(response, 404, JSON.stringify({ message: echo })),
  'a 500 that repeats the request': (response, echo) => whole(response, 500, JSON.stringify({ message: echo })),
  'a 500 that repeats it as text': (response, echo) =>
    whole(response, 500, JSON.stringify({ message: echo.replaceAll('\0', ' ') })),
  'a 502 as text': (response, echo) => whole(response, 502, `Bad Gateway: ${echo}`, 'text/plain'),
  'a page in place of JSON': (response, echo) => whole(response, 200, `<html>${echo}</html>`),
  'JSON of another shape': (response, echo) => whole(response, 200, JSON.stringify([echo])),
  'an error in the stream': (response, echo) =>
    whole(response, 200, `${JSON.stringify({ error: echo, errorDetail: { message: `failed: ${echo}` } })}\n`),
  'the connection lost before the head': (response) => response.socket?.destroy(),
  'the connection lost in the body': (response, echo) => cut(response, `{"echo":${JSON.stringify(echo)}`),
  'a long error text': (response, echo) =>
    whole(response, 500, JSON.stringify({ message: `${'x'.repeat(1000)}${echo}`.repeat(50) })),
  'no HTTP': (response, echo) => void response.socket?.end(`${echo}\r\n`),
} satisfies Readonly<Record<string, Failing>>

export interface EchoEngine extends AsyncDisposable {
  readonly runtime: Runtime
  readonly cleanupFailures: readonly unknown[]
}

const apiVersion = '1.45'
const id = 'c'.repeat(64)
const everything = Object.fromEntries(Object.keys(capabilityKinds).map((name) => [name, true])) as Partial<Capabilities>
const answers: Readonly<Record<string, object>> = {
  [`GET /containers/web/json`]: runningContainer(),
  [`GET /containers/${id}/json`]: runningContainer(),
  'POST /containers/web/exec': { Id: 'e'.repeat(64) },
  [`GET /exec/${'e'.repeat(64)}/json`]: { Running: false, ExitCode: 0, Pid: 7 },
  'HEAD /containers/web/archive': {},
  'GET /images/registry.test/team/web:1/json': { Id: `sha256:${'1'.repeat(64)}`, RepoTags: [] },
}

/** Of the root directory, or of a file in it. */
function stateOf(target: string): string {
  const mode = target.endsWith('path=%2F') ? 2 ** 31 + 0o755 : 0o644
  return Buffer.from(JSON.stringify({ size: 1, mode, mtime: '2026-01-01T00:00:00Z' })).toString('base64')
}

export interface EchoOptions {
  /** The method and the beginning of the path of the request that fails. */
  readonly request: string
  readonly failing: Failing
  /** Where the configuration of Docker and its credential helpers are. */
  readonly configFolder: string
  /** Default: everything. */
  readonly claims?: Partial<Capabilities>
}

/** An engine whose answers to one request fail. */
export async function echoEngine({
  request,
  failing,
  configFolder,
  claims = everything,
}: EchoOptions): Promise<EchoEngine> {
  const server = await serveHttp(
    (incoming, response) => {
      const target = `${incoming.method} ${(incoming.url ?? '').replace(`/v${apiVersion}`, '')}`
      if (target.startsWith(request)) return void failWithEcho(incoming, response, failing)
      if (target.startsWith('HEAD ')) response.setHeader('x-docker-container-path-stat', stateOf(target))
      const answer = answers[target.split('?')[0] ?? '']
      sendJson(response, answer ?? { message: 'page not found' }, answer === undefined ? 404 : 200)
    },
    (socket, incoming) => {
      if (incoming.url?.endsWith('/session') === true) return void socket.write(UPGRADED)
      const response = new ServerResponse(incoming)
      response.shouldKeepAlive = false
      response.assignSocket(socket)
      response.once('finish', () => socket.end())
      void failWithEcho(incoming, response, failing)
    },
  )
  const client = new EngineClient({ transport: server.transport, apiVersion, dialect: dockerDialect })
  const cleanupFailures: unknown[] = []
  const onCleanupFailure = cleanupReporter('docker', (failure) => void cleanupFailures.push(failure))
  const environment = { DOCKER_CONFIG: configFolder, PATH: `${configFolder}:${process.env['PATH']}` }
  const credentials = dockerCredentials(environment)
  const adapter = engineAdapter(client, { capabilities: defineCapabilities(claims), credentials, onCleanupFailure })
  const runtime = createRuntime(adapter, { closeTimeoutMs: 1000, onCleanupFailure })
  return {
    runtime,
    cleanupFailures,
    async [Symbol.asyncDispose]() {
      await runtime.close()
      await server[Symbol.asyncDispose]()
    },
  }
}

/** The request line, the headers and the body, also in clear where they are encoded. */
async function failWithEcho(incoming: IncomingMessage, response: ServerResponse, failing: Failing): Promise<void> {
  const pieces: Buffer[] = []
  try {
    for await (const piece of incoming) pieces.push(piece as Buffer)
  } catch {
    return
  }
  const target = incoming.url ?? ''
  const headers = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${String(value)}`)
  const decoded = ['x-registry-auth', 'x-registry-config'].map((name) =>
    Buffer.from(String(incoming.headers[name] ?? ''), 'base64').toString('utf8'),
  )
  const query = decodeURIComponent(target.replaceAll('+', ' '))
  const body = Buffer.concat(pieces).toString('utf8')
  failing(response, [incoming.method, target, query, ...headers, ...decoded, body].join(' | '))
}
