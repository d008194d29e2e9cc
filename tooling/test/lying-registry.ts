import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { tar } from '../fixture/tar.ts'

/** A registry on loopback that does what no registry does on demand, by the name of the repository. */
export interface LyingRegistry extends AsyncDisposable {
  /** `host:port` */
  readonly address: string
  /** What was asked, in order. */
  readonly requests: readonly RegistryRequest[]
}

export interface RegistryRequest {
  readonly method: string
  readonly path: string
  /** As it came, such as `Basic …`. */
  readonly authorization: string | undefined
}

export interface LyingRegistryOptions {
  /** Absent: any free one. */
  readonly port?: number
  /** Without these nothing is told. */
  readonly credentials?: { readonly username: string; readonly password: string }
}

interface Blob {
  readonly digest: string
  readonly bytes: Buffer
}

const manifestType = 'application/vnd.docker.distribution.manifest.v2+json'

function blob(content: Uint8Array | string): Blob {
  const bytes = Buffer.from(content as Uint8Array)
  return { bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` }
}

const root = tar([{ type: 'file', path: 'hello', content: new TextEncoder().encode('from a registry of tests') }])
const layer = blob(gzipSync(root))

/** Of an image that no engine has from an earlier run. */
function newConfig(): Blob {
  return blob(
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: { Labels: { run: randomBytes(8).toString('hex') } },
      rootfs: { type: 'layers', diff_ids: [blob(root).digest] },
      history: [{ created: '2026-01-01T00:00:00Z' }],
    }),
  )
}

const config = newConfig()
const tamperedConfig = newConfig()

/** A manifest of one layer. */
function manifestOf(configuration: Blob, { digest, bytes }: Blob): Blob {
  return blob(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: configuration.bytes.length,
        digest: configuration.digest,
      },
      layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: bytes.length, digest }],
    }),
  )
}

const manifest = manifestOf(config, layer)
/** Of a layer that no engine has from before, and that never comes. */
const tampered = manifestOf(tamperedConfig, blob(randomBytes(layer.bytes.length)))

const refusals: Readonly<Record<string, readonly [status: number, code: string]>> = {
  forbidden: [403, 'DENIED'],
  missing: [404, 'MANIFEST_UNKNOWN'],
  limited: [429, 'TOOMANYREQUESTS'],
  broken: [500, 'UNKNOWN'],
}

/** `good` has an image, `forbidden`, `missing`, `limited` and `broken` refuse, `tampered` sends another layer than it says. */
export async function startLyingRegistry({
  port: wantedPort = 0,
  credentials,
}: LyingRegistryOptions = {}): Promise<LyingRegistry> {
  const requests: RegistryRequest[] = []
  const wanted =
    credentials && `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`
  const server = createServer((request, response) => {
    const { method = '', url: path = '' } = request
    const { authorization } = request.headers
    requests.push({ method, path, authorization })
    if (wanted !== undefined && authorization !== wanted) {
      response.setHeader('www-authenticate', 'Basic realm="tests"')
      refuse(response, 401, 'UNAUTHORIZED')
    } else answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(wantedPort, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: `127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const [, repository = '', kind, reference = ''] =
    /^\/v2\/([^/]+)\/(manifests|blobs)\/(.+)$/.exec(request.url ?? '') ?? []
  const refusal = refusals[repository]
  if (refusal !== undefined) refuse(response, ...refusal)
  else if (kind === 'manifests') send(request, response, repository === 'tampered' ? tampered : manifest, manifestType)
  else if (reference === config.digest) send(request, response, config)
  else if (reference === tamperedConfig.digest) send(request, response, tamperedConfig)
  else if (reference === layer.digest) send(request, response, layer)
  else send(request, response, repository === 'tampered' ? layer : blob('{}'))
}

function send(request: IncomingMessage, response: ServerResponse, { bytes, digest }: Blob, type?: string): void {
  response.writeHead(200, {
    'content-type': type ?? 'application/octet-stream',
    'content-length': bytes.length,
    'docker-content-digest': digest,
  })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] }))
}
