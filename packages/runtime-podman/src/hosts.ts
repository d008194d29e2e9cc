import { printableAddress, RuntimeError } from '@moorage/runtime-core'
import { variable, type Candidate, type SshOptions } from '@moorage/engine-api'
import { findConnection, type MissingConnection } from './connections.ts'

/** What the caller names; each of it stands above what the environment and the configuration say. */
export interface HostOptions {
  readonly host?: string
  readonly ssh?: SshOptions
}

/**
 * Where Podman may answer, in the order of Podman's own client: the option, `CONTAINER_HOST`, `CONTAINER_CONNECTION`, the
 * default of `podman system connection`. What is named is tried alone; only where nothing is, the usual sockets are.
 */
export async function podmanCandidates(
  { host, ssh }: HostOptions,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<readonly Candidate[]> {
  const withSsh = ssh && { ssh }
  if (host !== undefined) return [{ host, source: 'option', ...withSsh }]
  const named = variable(environment, 'CONTAINER_HOST')
  const runtimeFolder = variable(environment, 'XDG_RUNTIME_DIR')
  if (named !== undefined) return [{ host: named, source: 'CONTAINER_HOST', ...withSsh }]
  const connection = await findConnection(variable(environment, 'CONTAINER_CONNECTION'), environment)
  if (connection !== undefined) {
    if ('missing' in connection) throw noConnection(connection)
    const identity = connection.identity && { ssh: { identityFiles: [connection.identity] } }
    return [
      { host: connection.uri, source: `connection ${connection.name} (${connection.file})`, ...(withSsh ?? identity) },
    ]
  }
  return [
    ...(runtimeFolder === undefined ? [] : [`${runtimeFolder}/podman/podman.sock`]),
    '/run/podman/podman.sock',
  ].map((path) => ({ host: `unix://${path}`, source: 'default', usual: true }))
}

function noConnection({ missing: name, source }: MissingConnection): RuntimeError<'ENGINE_UNAVAILABLE'> {
  const missing = printableAddress(name)
  const reason = 'no connection has this name'
  return new RuntimeError('ENGINE_UNAVAILABLE', {
    message: `createPodmanRuntime: ${source} names the connection \`${missing}\`, and ${reason}. See \`podman system connection list\`.`,
    operation: 'createPodmanRuntime',
    details: { tried: [{ target: `connection ${missing}`, source, reason, named: true }] },
  })
}
