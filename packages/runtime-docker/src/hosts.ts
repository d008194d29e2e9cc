import { homedir, platform } from 'node:os'
import { printableAddress, RuntimeError, type ConnectionAttempt } from '@moorage/runtime-core'
import { variable, type Candidate, type SshOptions, type TlsOptions } from '@moorage/engine-api'
import { contextCandidate, currentContext } from './contexts.ts'
import { readTls } from './tls.ts'

/** What the caller names; each of it stands above what the environment and the configuration say. */
export interface HostOptions {
  readonly host?: string
  readonly tls?: TlsOptions
  readonly ssh?: SshOptions
}

/**
 * Where Docker may answer, in the order of Docker's own client: the option, `DOCKER_HOST`, `DOCKER_CONTEXT`, the
 * configuration's current context. What is named is tried alone; only where nothing is, the usual sockets are.
 */
export async function dockerCandidates(
  { ssh, ...options }: HostOptions,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<readonly Candidate[]> {
  const candidates = await namedOrUsual(options, environment)
  return ssh === undefined ? candidates : candidates.map((candidate) => ({ ...candidate, ssh }))
}

async function namedOrUsual(
  { host, tls }: Omit<HostOptions, 'ssh'>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly Candidate[]> {
  if (host !== undefined) return [{ host, source: 'option', ...(tls && { tls }) }]
  const configFolder = variable(environment, 'DOCKER_CONFIG') ?? `${homedir()}/.docker`
  const named = variable(environment, 'DOCKER_HOST')
  if (named !== undefined) {
    const found = tls ?? (await tlsOfEnvironment(environment, configFolder))
    return [{ host: named, source: 'DOCKER_HOST', ...(found && { tls: found }) }]
  }
  const context = await currentContext(configFolder, environment)
  if (context === undefined) return usualSockets(environment)
  const candidate = await contextCandidate(configFolder, context)
  if (!('missing' in candidate)) return [candidate]
  throw unavailable([
    {
      target: `context ${printableAddress(context.name)}`,
      source: context.source,
      reason: candidate.missing,
      named: true,
    },
  ])
}

/** `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH`, as Docker's own client reads them. */
async function tlsOfEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  configFolder: string,
): Promise<TlsOptions | undefined> {
  const verify = variable(environment, 'DOCKER_TLS_VERIFY') !== undefined
  const folder = variable(environment, 'DOCKER_CERT_PATH')
  if (folder === undefined && !verify) return undefined
  return (await readTls(folder ?? configFolder, verify)) ?? { verify }
}

function usualSockets(environment: Readonly<Record<string, string | undefined>>): readonly Candidate[] {
  if (platform() === 'win32') return [{ host: 'npipe:////./pipe/docker_engine', source: 'default', usual: true }]
  const runtimeFolder = variable(environment, 'XDG_RUNTIME_DIR')
  const home = homedir()
  return [
    ['/var/run/docker.sock', 'system'],
    ...(runtimeFolder === undefined ? [] : [[`${runtimeFolder}/docker.sock`, 'rootless']]),
    [`${home}/.docker/run/docker.sock`, 'Docker Desktop'],
    [`${home}/.docker/desktop/docker.sock`, 'Docker Desktop for Linux'],
    [`${home}/.colima/default/docker.sock`, 'Colima'],
    [`${home}/.orbstack/run/docker.sock`, 'OrbStack'],
    [`${home}/.rd/docker.sock`, 'Rancher Desktop'],
  ].map(([path = '', source = '']) => ({ host: `unix://${path}`, source, usual: true }))
}

function unavailable(tried: readonly ConnectionAttempt[]): RuntimeError<'ENGINE_UNAVAILABLE'> {
  const list = tried.map(({ reason }) => reason).join('; ')
  return new RuntimeError('ENGINE_UNAVAILABLE', {
    message: `open runtime: ${list}. Name a context that exists, or unset DOCKER_CONTEXT.`,
    operation: 'open runtime',
    resource: { kind: 'engine', id: 'docker' },
    details: { tried },
  })
}
