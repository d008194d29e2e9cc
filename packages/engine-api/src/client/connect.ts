import { keepDialedAddress, printableAddress, RuntimeError, type ConnectionAttempt } from '@moorage/runtime-core'
import { publishing } from '../diagnostics.ts'
import type { Dialect } from '../dialect/dialect.ts'
import { printableEndpoint, parseEndpoint, type Endpoint, type TlsOptions } from '../transport/endpoint.ts'
import { TransportError } from '../transport/errors.ts'
import type { SshOptions } from '../transport/ssh/settings.ts'
import { Transport } from '../transport/transport.ts'
import { EngineClient } from './client.ts'
import { defaultOpenTimeoutMs, withinTimeout } from './timeout.ts'
import { compareVersions, negotiate, newestApiVersion } from './version.ts'

/** A place where an engine may answer, and where the idea came from. */
export interface Candidate {
  /** Such as `unix:///var/run/docker.sock`. */
  readonly host: string
  /** Such as `option`, `DOCKER_HOST`, `default`. */
  readonly source: string
  /** The engine usually listens there: no option, variable or configuration names it. */
  readonly usual?: boolean
  /** For a `tcp://` host: speak TLS with these. */
  readonly tls?: TlsOptions
  /** For an `ssh://` host: the files to log in with. */
  readonly ssh?: SshOptions
}

/** What the engine at an endpoint says of itself at `GET /_ping`. */
export interface Greeting {
  readonly apiVersion: string
  /** Asked for only of an engine that speaks newer versions than this library. */
  readonly oldestApiVersion?: string
  /** Only Podman tells one. */
  readonly libpodVersion?: string
}

/** An engine of the other kind. */
export interface OtherEngine {
  readonly reason: string
  /** The backend that is for it. */
  readonly answers: string
}

export interface ConnectOptions {
  readonly candidates: readonly Candidate[]
  /** Why an engine that answers is not the wanted one, and which backend is for it; `undefined` if it is. */
  readonly refuse: (greeting: Greeting) => OtherEngine | undefined
  readonly dialect: Dialect
  /** How long each candidate may take, in milliseconds. Default 10,000. */
  readonly openTimeoutMs?: number
  readonly signal?: AbortSignal
}

/** A connection to the first candidate that answers and is the wanted engine, at a version that both sides speak. */
export async function connectEngine(options: ConnectOptions): Promise<EngineClient> {
  const tried: ConnectionAttempt[] = []
  for (const candidate of options.candidates) {
    const outcome = await attempt(candidate, options)
    if (outcome instanceof EngineClient) return outcome
    tried.push(attemptAt(candidate, outcome))
  }
  const list = tried.map(({ target, source, reason }) => `\n  ${target} (${source}): ${reason}`).join('')
  throw new RuntimeError('ENGINE_UNAVAILABLE', {
    message: `open runtime: no ${options.dialect.engineName} answers. Start it, or name its address. Tried:${list}`,
    operation: 'open runtime',
    resource: { kind: 'engine', id: options.dialect.backend },
    details: { tried },
  })
}

/** What became of a candidate without a connection. */
interface Miss {
  readonly reason: string
  readonly answers?: string
}

function attemptAt({ host, source, usual, tls, ssh }: Candidate, miss: Miss): ConnectionAttempt {
  const attempted = { target: printableAddress(host), source, ...miss, ...(usual !== true && { named: true }) }
  const kind = kindOf(host)
  const isAddressEnough = !(kind === 'tcp' && tls !== undefined) && !(kind === 'ssh' && ssh !== undefined)
  if (isAddressEnough) keepDialedAddress(attempted, host)
  return attempted
}

function kindOf(host: string): Endpoint['kind'] | undefined {
  try {
    return parseEndpoint(host).kind
  } catch (error) {
    if (error instanceof TransportError) return undefined
    throw error
  }
}

async function attempt(
  candidate: Candidate,
  { dialect, refuse, openTimeoutMs = defaultOpenTimeoutMs, signal }: ConnectOptions,
): Promise<EngineClient | Miss> {
  const { host, tls, ssh } = candidate
  let endpoint: Endpoint
  try {
    endpoint = withSecrets(parseEndpoint(host), { tls, ssh })
  } catch (error) {
    if (error instanceof TransportError) return { reason: error.message }
    throw error
  }
  const transport = new Transport({ endpoint })
  const outcome = await withinTimeout(openTimeoutMs, signal, (timed) => greet(transport, dialect.backend, timed))
    .then(
      (greeting) => {
        const other = refuse(greeting)
        if (other !== undefined) return other
        const agreed = negotiate(greeting.apiVersion, greeting.oldestApiVersion)
        if ('refused' in agreed) throw versionUnsupported(attemptAt(candidate, { reason: agreed.refused }), endpoint)
        return new EngineClient({ transport, apiVersion: agreed.version, dialect })
      },
      (error: unknown) => {
        if (error instanceof TransportError) return { reason: error.message }
        throw error
      },
    )
    .catch(async (error: unknown) => {
      await transport.close()
      throw error
    })
  if (!(outcome instanceof EngineClient)) await transport.close()
  return outcome
}

function withSecrets(
  endpoint: Endpoint,
  { tls, ssh }: { readonly [Name in 'tls' | 'ssh']: Candidate[Name] | undefined },
): Endpoint {
  if (endpoint.kind === 'tcp' && tls !== undefined) return { ...endpoint, tls }
  return endpoint.kind === 'ssh' && ssh !== undefined ? { ...endpoint, ssh } : endpoint
}

/** `GET /_ping`: every engine answers it at any version and without credentials. */
async function greet(transport: Transport, backend: string, signal: AbortSignal | undefined): Promise<Greeting> {
  const request = { path: '/_ping', ...(signal && { signal }) }
  const response = await publishing(backend, request, () => transport.request(request))
  await response.body.discard()
  const apiVersion = response.headers['api-version']
  if (response.status !== 200 || typeof apiVersion !== 'string') {
    throw new TransportError(
      'protocol',
      `what answers there is no container engine: status ${response.status} to GET /_ping`,
    )
  }
  const libpodVersion = response.headers['libpod-api-version']
  const oldestApiVersion =
    compareVersions(apiVersion, newestApiVersion) > 0 ? await oldestVersion(transport, backend, signal) : undefined
  return {
    apiVersion,
    ...(oldestApiVersion !== undefined && { oldestApiVersion }),
    ...(typeof libpodVersion === 'string' && { libpodVersion }),
  }
}

/** `GET /version`, which engines answer at any version too. */
async function oldestVersion(
  transport: Transport,
  backend: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const request = { path: '/version', ...(signal && { signal }) }
  const response = await publishing(backend, request, () => transport.request(request))
  const text = await response.body.readText()
  const oldest = /"MinAPIVersion"\s*:\s*"([\d.]+)"/.exec(text)?.[1]
  return response.status === 200 ? oldest : undefined
}

function versionUnsupported(attempted: ConnectionAttempt, endpoint: Endpoint): RuntimeError {
  return new RuntimeError('API_VERSION_UNSUPPORTED', {
    message: `open runtime: ${printableEndpoint(endpoint)}: ${attempted.reason}. Use an engine of the supported range, or another version of this library.`,
    operation: 'open runtime',
    details: { tried: [attempted] },
  })
}
