import { checks, type CreateRuntimeOptions } from '@moorage/runtime-core'
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

const filled = (value: unknown): boolean => typeof value === 'string' && value.trim() !== ''
const milliseconds = checks.check(
  'a number of milliseconds',
  (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
  checks.describeNumber,
)
const pem = checks.check('PEM, as text or bytes', (value) => typeof value === 'string' || value instanceof Uint8Array)
const files = checks.arrayOf(checks.check('a path', filled))

const fields: Readonly<Record<keyof KnownOptions, checks.Check>> = {
  host: checks.check('an address such as `unix:///var/run/docker.sock`', filled),
  environment: checks.environment,
  tls: checks.object({ ca: pem, cert: pem, key: pem, verify: checks.flag }),
  ssh: checks.object({
    identityFiles: files,
    knownHostsFiles: files,
    agentSocket: checks.check('the path of a socket', filled),
  }),
  openTimeoutMs: milliseconds,
  closeTimeoutMs: milliseconds,
  onCleanupFailure: checks.callback,
  signal: checks.abortSignal,
}

const otherEngines = checks.absent('for this engine')

/** Throws INVALID_ARGUMENT for what callers without a type checker get wrong; an option that is not known is a mistake. */
export function checkEngineOptions(operation: string, options: object, known: readonly (keyof KnownOptions)[]): void {
  const other = Object.keys(fields).map((name): [string, checks.Check] => [name, otherEngines])
  const own = known.map((name): [string, checks.Check] => [name, fields[name]])
  checks.object(Object.fromEntries([...other, ...own]))(operation, 'options', options)
}
