import { printableAddress } from '@moorage/runtime-core'
import { TransportError } from './errors.ts'
import type { SshTarget } from './ssh/connection.ts'
import type { SshOptions } from './ssh/settings.ts'

/** Certificates as PEM; `verify: false` accepts any server certificate and is for tests on loopback only. */
export interface TlsOptions {
  readonly ca?: string | Uint8Array
  readonly cert?: string | Uint8Array
  readonly key?: string | Uint8Array
  readonly verify: boolean
}

/** Where an engine listens. */
export type Endpoint =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'npipe'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: TlsOptions }
  | (SshTarget & { readonly kind: 'ssh'; readonly ssh?: SshOptions })

/** The ports that Docker's own client assumes. */
const PLAIN_PORT = 2375
const TLS_PORT = 2376
const SSH_PORT = 22

const FORMS =
  'unix:///path, npipe:////./pipe/name, tcp://host:port, http://host:port, https://host:port or ssh://user@host:port'

/**
 * Reads `unix://`, `npipe://`, `tcp://`, `http://`, `https://` and `ssh://`, as in DOCKER_HOST. `https` means TLS with
 * verification; what certificates to use is for the caller to add. Throws a `TransportError` of kind
 * `invalid-endpoint`, or `unsupported-endpoint` for `fd://` and whatever else another program may serve.
 */
export function parseEndpoint(text: string): Endpoint {
  const split = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text.trim())
  if (split === null) throw invalid(text, `write it as ${FORMS}`)
  const [, scheme = '', rest = ''] = split
  switch (scheme.toLowerCase()) {
    case 'unix':
      if (!rest.startsWith('/') || rest.length < 2)
        throw invalid(text, 'a unix endpoint needs an absolute path: unix:///path')
      return { kind: 'unix', path: rest }
    case 'npipe':
      if (!/^[/\\]{2}[^/\\]+[/\\]pipe[/\\].+$/i.test(rest))
        throw invalid(text, 'a pipe is named as npipe:////./pipe/name')
      return { kind: 'npipe', path: rest }
    case 'tcp':
    case 'http':
      return { kind: 'tcp', ...readAddress(text, rest, PLAIN_PORT) }
    case 'https':
      return { kind: 'tcp', ...readAddress(text, rest, TLS_PORT), tls: { verify: true } }
    case 'ssh':
      return { kind: 'ssh', ...readSshTarget(text, rest) }
    default:
      throw unsupported(text, `${scheme}:// is not supported; write it as ${FORMS}`)
  }
}

/** The endpoint as text that `parseEndpoint` reads again; certificates and keys are never part of it. */
export function formatEndpoint(endpoint: Endpoint): string {
  switch (endpoint.kind) {
    case 'unix':
      return `unix://${endpoint.path}`
    case 'npipe':
      return `npipe://${endpoint.path}`
    case 'tcp':
      return `${endpoint.tls === undefined ? 'tcp' : 'https'}://${formatAddress(endpoint.host, endpoint.port)}`
    case 'ssh': {
      const user = endpoint.user === undefined ? '' : `${endpoint.user}@`
      return `ssh://${user}${formatAddress(endpoint.host, endpoint.port)}${endpoint.path ?? ''}`
    }
  }
}

/** The endpoint as messages show it: without the user of an ssh endpoint. */
export function printableEndpoint(endpoint: Endpoint): string {
  return printableAddress(formatEndpoint(endpoint))
}

/** `host:port`, an IPv6 address in brackets. */
export function formatAddress(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function readAddress(
  text: string,
  rest: string,
  defaultPort: number,
): { readonly host: string; readonly port: number } {
  if (rest.includes('@')) throw invalid(text, 'a user or password has no place in it')
  // WHATWG URLs drop the port that is their scheme's default, so that http://host:80 would lose it: read it by hand.
  const address = /^(?:\[([0-9a-f:.]+(?:%[\w.-]+)?)\]|([^[\]:/?#\s]+))(?::(\d{1,5}))?\/?$/i.exec(rest)
  if (address === null) throw invalid(text, 'it needs a host and a port, and nothing after them')
  const host = address[1] ?? address[2] ?? ''
  const port = address[3] === undefined ? defaultPort : Number(address[3])
  if (port < 1 || port > 65_535) throw invalid(text, 'the port must be between 1 and 65535')
  return { host, port }
}

/** `user@host:port/path`: the path is the engine's socket on that machine. */
function readSshTarget(text: string, rest: string): SshTarget {
  const [, user, address = '', path = ''] = /^(?:([^@/]*)@)?([^@/]*)(\/.*)?$/.exec(rest) ?? []
  if (user?.includes(':') === true) throw invalid(text, 'a password has no place in it: ssh logs in with keys')
  if (user === '') throw invalid(text, 'the user before the @ is missing')
  return {
    ...readAddress(text, address, SSH_PORT),
    ...(user !== undefined && { user }),
    ...(path.length > 1 && { path }),
  }
}

function invalid(text: string, why: string): TransportError {
  return new TransportError('invalid-endpoint', `not an engine's endpoint: ${quoted(text)}: ${why}`)
}

function unsupported(text: string, why: string): TransportError {
  return new TransportError('unsupported-endpoint', `cannot use the endpoint ${quoted(text)}: ${why}`)
}

function quoted(text: string): string {
  return JSON.stringify(printableAddress(text))
}
