import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { ByteStream } from './byte-stream.ts'
import type { HijackedStream } from './hijack.ts'

/** Values are encoded; an array repeats its key; what is `undefined` is left out. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

/** Values of one header; an array sends the header once for each. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** Bytes and text go as they are, chunks as they come, any other object as JSON. */
export type RequestBody = string | Uint8Array | AsyncIterable<Uint8Array> | object

export interface RequestOptions {
  /** `GET` unless given. */
  readonly method?: string
  /** From the root, already encoded; without the query. */
  readonly path: string
  readonly query?: Query
  readonly headers?: Headers
  readonly body?: RequestBody
  readonly signal?: AbortSignal
  /**
   * The head of the answer may take as long as a container lives (wait, a stop with a grace period, a pull): such a
   * call does not count against the limit of calls under way, so that it cannot hold up the short ones.
   */
  readonly lasting?: boolean
}

export type UpgradeOptions = Omit<RequestOptions, 'lasting'>

/** What every answer begins with. */
export interface Head {
  readonly status: number
  readonly headers: IncomingHttpHeaders
}

/** The body of an answer. */
export type ResponseBody = ByteStream

export interface Response extends Head {
  readonly body: ResponseBody
}

/** What came of an upgrade: the stream, or the engine's refusal as an ordinary answer. */
export type Upgraded<Stream> =
  | (Head & { readonly upgraded: true; readonly stream: Stream })
  | (Head & { readonly upgraded: false; readonly body: ResponseBody })

export type UpgradeResponse = Upgraded<HijackedStream>

/** A body as it goes out, with the headers that belong to it. */
export type Outgoing =
  | { readonly kind: 'none' }
  | { readonly kind: 'whole'; readonly bytes: string | Uint8Array; readonly contentType?: string }
  | { readonly kind: 'chunks'; readonly source: AsyncIterable<Uint8Array> }

export function outgoingBody(body: RequestBody | undefined): Outgoing {
  if (body === undefined) return { kind: 'none' }
  if (typeof body === 'string' || body instanceof Uint8Array) return { kind: 'whole', bytes: body }
  if (isByteSource(body)) return { kind: 'chunks', source: body }
  return { kind: 'whole', bytes: JSON.stringify(body), contentType: 'application/json' }
}

/** The headers to send: the caller's, and what the body and the host add to them. */
export function outgoingHeaders(host: string, headers: Headers | undefined, body: Outgoing): OutgoingHttpHeaders {
  const result: OutgoingHttpHeaders = { host }
  if (body.kind === 'whole') {
    if (body.contentType !== undefined) result['content-type'] = body.contentType
    result['content-length'] = Buffer.byteLength(body.bytes)
  }
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (value !== undefined) result[name.toLowerCase()] = typeof value === 'string' ? value : [...value]
  }
  return result
}

/** A request as messages name it: without its query, which may hold secrets such as build arguments. */
export function requestName(method: string | undefined, path: string): string {
  return `${method ?? 'GET'} ${path.replace(/\?.*$/s, '')}`
}

/** The path with its query. */
export function target(path: string, query: Query | undefined): string {
  if (query === undefined) return path
  const parameters = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue
    if (typeof value === 'object') for (const item of value) parameters.append(key, item)
    else parameters.append(key, String(value))
  }
  const text = parameters.toString()
  if (text === '') return path
  return `${path}${path.includes('?') ? '&' : '?'}${text}`
}

function isByteSource(body: object): body is AsyncIterable<Uint8Array> {
  return Symbol.asyncIterator in body
}
