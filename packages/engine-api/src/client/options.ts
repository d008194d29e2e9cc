import { invalidArgument, type CreateRuntimeOptions } from '@moorage/runtime-core'
import type { SshOptions } from '../transport/ssh/settings.ts'
import type { TlsOptions } from '../transport/endpoint.ts'

/** What the runtimes over an engine have in common. */
export interface EngineOptions extends CreateRuntimeOptions {
  /** How long each place may take to say which engine it is, in milliseconds. Default 10,000. */
  readonly openTimeoutMs?: number
  /** Ends the opening. The runtime is not bound to it. */
  readonly signal?: AbortSignal
}

interface KnownOptions extends EngineOptions {
  readonly host?: string
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly tls?: TlsOptions
  readonly ssh?: SshOptions
}

type Check = readonly [expected: string, holds: (value: unknown) => boolean]

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isPem = (value: unknown): boolean => typeof value === 'string' || value instanceof Uint8Array
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)
const milliseconds: Check = ['a number of milliseconds', (value) => Number.isFinite(value) && Number(value) >= 0]

const checks: Readonly<Record<keyof KnownOptions, Check>> = {
  host: ['an address such as `unix:///var/run/docker.sock`', isText],
  environment: ['an object such as `process.env`', isObject],
  tls: ['an object', isObject],
  ssh: ['an object', isObject],
  openTimeoutMs: milliseconds,
  closeTimeoutMs: milliseconds,
  onCleanupFailure: ['a function', (value) => typeof value === 'function'],
  signal: ['an AbortSignal', (value) => value instanceof AbortSignal],
}

const pem: Check = ['PEM, as text or bytes', isPem]
const files: Check = ['an array of paths', areTexts]
const nested: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  tls: { ca: pem, cert: pem, key: pem, verify: ['true or false', (value) => typeof value === 'boolean'] },
  ssh: { identityFiles: files, knownHostsFiles: files, agentSocket: ['the path of a socket', isText] },
}

/** Throws INVALID_ARGUMENT for what callers without a type checker get wrong; an option that is not known is a mistake. */
export function checkEngineOptions(operation: string, options: object, known: readonly (keyof KnownOptions)[]): void {
  if (!isObject(options)) throw invalidArgument(operation, 'options', 'an object')
  checkFields(operation, 'options', options, Object.fromEntries(known.map((name) => [name, checks[name]])))
  for (const [name, fields] of Object.entries(nested)) {
    const given: unknown = Reflect.get(options, name)
    if (isObject(given)) checkFields(operation, `options.${name}`, given, fields)
  }
}

function checkFields(operation: string, field: string, given: object, fields: Readonly<Record<string, Check>>): void {
  for (const [name, value] of Object.entries(given)) {
    const check = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (check === undefined) {
      const names = Object.keys(fields).join(', ')
      throw invalidArgument(operation, `${field}.${name}`, `left out: no such option (known: ${names})`)
    }
    const [expected, holds] = check
    if (value !== undefined && !holds(value)) throw invalidArgument(operation, `${field}.${name}`, expected)
  }
}
