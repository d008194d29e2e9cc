import type Dockerode from 'dockerode'
import { publishing } from '../diagnostics.ts'
import type { Dialect } from '../dialect/dialect.ts'
import { currentSecrets } from '../errors/call-secrets.ts'
import type { ByteStream } from '../transport/byte-stream.ts'
import type { HijackedStream } from '../transport/hijack.ts'
import { TransportError } from '../transport/errors.ts'
import { requestName, type RequestOptions, type Response } from '../transport/message.ts'
import type { Transport } from '../transport/transport.ts'
import { AnswerError, errorLimitBytes, errorMessage } from './answer-error.ts'
import { createModem, type Modem } from './modem.ts'

/** What engines take credentials from. */
const credentialHeaders = ['x-registry-auth', 'x-registry-config'] as const

function addHeader(name: string, value: string | readonly string[] | undefined): void {
  if (typeof value === 'string') currentSecrets()?.addSecret(name, value)
}

export interface EngineClientOptions {
  readonly transport: Transport
  readonly apiVersion: string
  readonly dialect: Dialect
}

/** One engine, at one API version: dockerode's endpoints over our transport, and requests that it has no endpoint for. */
export class EngineClient {
  readonly transport: Transport
  readonly apiVersion: string
  readonly dialect: Dialect
  readonly #modem: Modem
  #endpoints: Promise<Dockerode> | undefined

  constructor(options: EngineClientOptions) {
    this.transport = options.transport
    this.apiVersion = options.apiVersion
    this.dialect = options.dialect
    this.#modem = createModem(options.transport, options.apiVersion, options.dialect)
  }

  /** dockerode, loaded when it is first needed: with what it brings along that takes about 0.2 s. */
  endpoints(): Promise<Dockerode> {
    this.#endpoints ??= import('dockerode').then(({ default: Docker }) => {
      // The option is dockerode's own, but not in its types.
      const options: Dockerode.DockerOptions & { readonly modem: Modem } = { modem: this.#modem }
      return new Docker(options)
    })
    return this.#endpoints
  }

  /** The body of a success as a stream; a failure is an `AnswerError`. */
  async stream(request: Omit<RequestOptions, 'lasting'>): Promise<ByteStream> {
    return (await this.#send(request)).body
  }

  /**
   * A header of the answer to a `HEAD`. One that a 404 has counts too: Podman (5.4) answers so for a link whose target does not
   * exist.
   */
  async header(request: Omit<RequestOptions, 'lasting'>, name: string): Promise<string> {
    const response = await this.#ask(request)
    const value = response.headers[name]
    if (response.status !== 404 || typeof value !== 'string') await this.#refuseFailure(request, response)
    await response.body.discard()
    if (typeof value === 'string') return value
    throw new TransportError(
      'protocol',
      `the answer to ${requestName(request.method, request.path)} has no header ${name}`,
    )
  }

  async #send(request: Omit<RequestOptions, 'lasting'>): Promise<Response> {
    const response = await this.#ask(request)
    await this.#refuseFailure(request, response)
    return response
  }

  #ask(request: Omit<RequestOptions, 'lasting'>): Promise<Response> {
    const path = `/v${this.apiVersion}${request.path}`
    for (const name of credentialHeaders) addHeader(name, request.headers?.[name])
    return publishing(this.dialect.backend, { ...request, path }, () =>
      this.transport.request({ ...request, path, lasting: true }),
    )
  }

  async #refuseFailure(request: Omit<RequestOptions, 'lasting'>, response: Response): Promise<void> {
    if (response.status >= 200 && response.status < 300) return
    const message = errorMessage(await response.body.readText(errorLimitBytes))
    const method = request.method ?? 'GET'
    const status = this.dialect.status({ method, path: request.path, status: response.status, message })
    throw new AnswerError(requestName(method, request.path), status, message)
  }

  /** The JSON body of a success; a failure is an `AnswerError`. */
  async json(request: Omit<RequestOptions, 'lasting'>): Promise<unknown> {
    return (await this.stream(request)).readJson()
  }

  close(): Promise<void> {
    return this.transport.close()
  }
}

/** dockerode's types speak of Node's streams; over our modem its streaming endpoints give ours. */
export function asByteStream(stream: unknown): ByteStream {
  return stream as ByteStream
}

/** The same for its hijacking endpoints. */
export function asHijackedStream(stream: unknown): HijackedStream {
  return stream as HijackedStream
}
