import type { IncomingMessage, ServerResponse } from 'node:http'
import { defineCapabilities, type CleanupFailure, type RuntimeAdapter } from '@moorage/runtime-core'
import { dockerDialect, engineAdapter, EngineClient, type Dialect } from '@moorage/engine-api'
import { serveHttp } from './transport/scripted-server.ts'
import type { Socket } from 'node:net'

/** An adapter over a server that speaks only the lines of one test: for what no engine does on demand. */
export interface ScriptedEngine extends AsyncDisposable {
  readonly adapter: RuntimeAdapter
  /** `METHOD /path?query`, without the version, in the order of arrival. */
  readonly requests: readonly string[]
  readonly cleanupFailures: readonly CleanupFailure[]
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

const apiVersion = '1.45'

/** Answers by `METHOD /path`; anything else is 404 as an engine says it. An upgrade gets the bare connection; the dialect is Docker's but for what is given. */
export async function scriptEngine(
  answers: Readonly<Record<string, Answer | object>>,
  onUpgrade?: (socket: Socket) => void,
  dialect: Partial<Dialect> = {},
): Promise<ScriptedEngine> {
  const requests: string[] = []
  const server = await serveHttp((request, response) => {
    const target = (request.url ?? '').replace(`/v${apiVersion}`, '')
    requests.push(`${request.method} ${target}`)
    const answer = answers[`${request.method} ${target.split('?')[0]}`]
    if (typeof answer === 'function') (answer as Answer)(request, response)
    else if (answer === undefined) sendJson(response, { message: 'page not found' }, 404)
    else sendJson(response, answer)
  }, onUpgrade)
  return scripted(server, requests, { ...dockerDialect, ...dialect })
}

function scripted(
  server: Awaited<ReturnType<typeof serveHttp>>,
  requests: readonly string[],
  dialect: Dialect,
): ScriptedEngine {
  const client = new EngineClient({ transport: server.transport, apiVersion, dialect })
  const cleanupFailures: CleanupFailure[] = []
  return {
    adapter: engineAdapter(client, {
      capabilities: defineCapabilities({}),
      credentials: async () => undefined,
      onCleanupFailure: (failure) => void cleanupFailures.push(failure),
    }),
    requests,
    cleanupFailures,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

export function sendJson(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

/** `GET /containers/{id}/json` of a container that runs. */
export function runningContainer(overrides: { readonly tty?: boolean } = {}): object {
  return {
    Id: 'c'.repeat(64),
    Created: '2026-01-01T00:00:00.000000001Z',
    Name: '/web',
    Image: `sha256:${'1'.repeat(64)}`,
    State: {
      Status: 'running',
      Pid: 7,
      ExitCode: 0,
      StartedAt: '2026-01-01T00:00:01Z',
      FinishedAt: '0001-01-01T00:00:00Z',
    },
    Config: { Image: 'busybox:1', Tty: overrides.tty ?? false },
    HostConfig: {},
    NetworkSettings: {},
  }
}
