import { requestName, type RequestBody, type Response, type UpgradeResponse } from '../transport/message.ts'
import type { Transport } from '../transport/transport.ts'
import { AnswerError, errorLimitBytes, errorMessage } from './answer-error.ts'
import { publishing } from '../diagnostics.ts'
import type { Dialect } from '../dialect/dialect.ts'
import { currentSecrets } from '../errors/call-secrets.ts'
import { isRecord, malformed } from './shapes.ts'

/** What dockerode's endpoints hand to `dial`. */
interface DialOptions {
  /** A trailing `?` means that the options are the query. */
  readonly path: string
  readonly method: string
  readonly options?: Readonly<Record<string, unknown>>
  /** `true` for the statuses that are a success. */
  readonly statusCodes: Readonly<Record<number, unknown>>
  readonly isStream?: boolean
  readonly hijack?: boolean
  readonly allowEmpty?: boolean
  readonly abortSignal?: AbortSignal
  readonly authconfig?: unknown
}

type Callback = (error: unknown, answer?: unknown) => void

/** What carries dockerode's endpoints over our transport, in the place of docker-modem. */
export interface Modem {
  /** dockerode sets it. */
  Promise: PromiseConstructor
  dial(options: DialOptions, callback: Callback): void
}

/** Calls that end with a container's life, a grace period or a download. */
const lasting = /\/(?:wait|stop|restart|kill)$|^\/images\/create$/

export function createModem(transport: Transport, version: string, dialect: Dialect): Modem {
  const dial = async (options: DialOptions): Promise<unknown> => {
    const asksByQuery = options.path.endsWith('?')
    const path = asksByQuery ? options.path.slice(0, -1) : options.path
    const { abortSignal, authconfig: _auth, _query, _body, hijack: _hijack, ...rest } = options.options ?? {}
    // Some of dockerode's endpoints take a signal and do not hand it on.
    const signal = options.abortSignal ?? (abortSignal instanceof AbortSignal ? abortSignal : undefined)
    const query = asksByQuery ? queryOf(isRecord(_query) ? _query : rest) : undefined
    // An attachment's options are all in its query: Podman would hand a body to the process, as its input.
    const takesBody = options.method === 'POST' && !(asksByQuery && options.hijack === true)
    const body = takesBody ? bodyOf(_body ?? rest, options.allowEmpty === true) : undefined
    const auth = options.authconfig === undefined ? undefined : registryAuth(options.authconfig)
    if (auth !== undefined) currentSecrets()?.addSecret('credentials', auth)
    const request = {
      method: options.method,
      path: `/v${version}${path}`,
      ...(query !== undefined && { query }),
      ...(body !== undefined && { body }),
      ...(signal !== undefined && { signal }),
      ...(auth !== undefined && { headers: { 'x-registry-auth': auth } }),
    }
    const fail = async (status: number, response: Pick<Response, 'body'>): Promise<never> => {
      const message = errorMessage(await response.body.readText(errorLimitBytes))
      const said = dialect.status({ method: options.method, path, status, message })
      throw new AnswerError(requestName(options.method, path), said, message)
    }
    if (options.hijack === true) {
      const upgraded: UpgradeResponse = await publishing(dialect.backend, request, () => transport.upgrade(request))
      if (upgraded.upgraded) return upgraded.stream
      return fail(upgraded.status, upgraded)
    }
    const response = await publishing(dialect.backend, request, () =>
      transport.request({ ...request, lasting: lasting.test(path) }),
    )
    if (options.statusCodes[response.status] !== true) return fail(response.status, response)
    if (options.isStream === true) return response.body
    return parse(response)
  }
  return {
    Promise,
    dial(options, callback) {
      dial(options).then(
        (answer) => {
          try {
            callback(undefined, answer)
          } catch (cause) {
            // dockerode reads the id of what was created from any answer, also from `null`.
            callback(malformed(`${options.method} ${options.path}`, 'what every engine sends', cause))
          }
        },
        (error: unknown) => callback(error),
      )
    },
  }
}

/** Engines answer some successes with nothing, or with `OK` as text. */
async function parse(response: Response): Promise<unknown> {
  const type = response.headers['content-type'] ?? ''
  if (type.includes('json')) return response.body.readJson()
  return response.body.readText()
}

function queryOf(options: Readonly<Record<string, unknown>>): Record<string, string | readonly string[]> {
  const query: Record<string, string | readonly string[]> = {}
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined) continue
    if (Array.isArray(value)) query[key] = value.map(String)
    else query[key] = typeof value === 'object' ? JSON.stringify(value) : String(value)
  }
  return query
}

function bodyOf(value: unknown, allowEmpty: boolean): RequestBody | undefined {
  if (!isRecord(value)) return undefined
  return allowEmpty || Object.keys(value).length > 0 ? value : undefined
}

/** The header as the Engine API wants it: JSON in URL-safe base64, padded: without the padding it is silently ignored. */
function registryAuth(credentials: unknown): string {
  const text = Buffer.from(JSON.stringify(credentials)).toString('base64')
  return text.replaceAll('+', '-').replaceAll('/', '_')
}
