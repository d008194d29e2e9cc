import { spawn } from 'node:child_process'
import { RuntimeError, type RegistryCredentials } from '@moorage/runtime-core'
import { unknowns } from './entries.ts'

/** A helper that asks a person something would wait for ever. */
const deadlineMs = 10_000

/** No answer of a helper is longer. */
const mostBytes = 1024 * 1024

export interface HelperOptions {
  /** The method that asks. */
  readonly operation: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal | undefined
  readonly timeoutMs?: number
}

/**
 * `docker-credential-NAME get`, of which nothing but the credentials is ever told: what it writes may hold secrets.
 * "Not found" is no failure: there are none. Rejects with CREDENTIAL_HELPER_FAILED.
 */
export async function askHelper(
  name: string,
  server: string,
  options: HelperOptions,
): Promise<RegistryCredentials | undefined> {
  // A path would run anything; and what is no name may be a secret in the wrong place.
  const isName = /^[\w.-]+$/.test(name)
  const helper = isName ? `docker-credential-${name}` : 'docker-credential-…'
  const fail = (why: string): Error => failed(options.operation, helper, why)
  if (!isName) throw fail('its name is not the name of a program')
  const { code, output } = await run(helper, server, options)
  if (code !== 0) {
    if (/credentials not found/i.test(output)) return undefined
    throw fail(`it ended with exit code ${code}`)
  }
  let answer: unknown
  try {
    answer = JSON.parse(output)
  } catch {
    throw fail('its answer is no JSON')
  }
  const { Username: username, Secret: secret } = unknowns(answer)
  if (typeof username !== 'string' || typeof secret !== 'string') throw fail('its answer has no credentials')
  if (secret === '') return undefined
  return username === '<token>' ? { identityToken: secret } : { username, password: secret }
}

interface Ended {
  readonly code: number
  readonly output: string
}

function run(helper: string, input: string, options: HelperOptions): Promise<Ended> {
  const { operation, environment, signal, timeoutMs = deadlineMs } = options
  return new Promise((resolve, reject) => {
    const child = spawn(helper, ['get'], { env: environment, stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true })
    const pieces: Buffer[] = []
    let bytes = 0
    const end = (settle: () => void): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      child.kill('SIGKILL')
      child.stdout.destroy()
      settle()
    }
    const fail = (why: string, cause?: unknown): void => end(() => reject(failed(operation, helper, why, cause)))
    const timer = setTimeout(() => fail(`it has not answered within ${timeoutMs / 1000} s`), timeoutMs)
    const abort = (): void => end(() => reject(signal?.reason))
    signal?.addEventListener('abort', abort, { once: true })
    child.once('error', (error) => fail(missing(error) ? 'it is not installed' : 'it cannot be started', error))
    // It may end without having read.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    child.stdout.on('data', (piece: Buffer) => {
      bytes += piece.byteLength
      if (bytes > mostBytes) fail('its answer is too long')
      else pieces.push(piece)
    })
    child.once('close', (code, killer) => {
      if (code === null) fail(`it was ended by ${killer}`)
      else end(() => resolve({ code, output: Buffer.concat(pieces).toString('utf8') }))
    })
  })
}

function missing(error: Error): boolean {
  return 'code' in error && error.code === 'ENOENT'
}

function failed(
  operation: string,
  helper: string,
  why: string,
  cause?: unknown,
): RuntimeError<'CREDENTIAL_HELPER_FAILED'> {
  return new RuntimeError('CREDENTIAL_HELPER_FAILED', {
    message: `${operation}: the credential helper \`${helper}\`: ${why}. Repair it, take it out of Docker's configuration, or pass \`credentials\`.`,
    operation,
    details: { helper },
    ...(cause !== undefined && { cause }),
  })
}
