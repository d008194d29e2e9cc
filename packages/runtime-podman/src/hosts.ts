import { RuntimeError } from '@moorage/runtime-core'
import type { Candidate, SshOptions } from '@moorage/engine-api'
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
  const { CONTAINER_HOST: named, CONTAINER_CONNECTION: wanted, XDG_RUNTIME_DIR: runtimeFolder } = environment
  if (named !== undefined && named !== '') return [{ host: named, source: 'CONTAINER_HOST', ...withSsh }]
  const connectionName = wanted === '' ? undefined : wanted
  const connection = await findConnection(connectionName, environment)
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

function noConnection({ missing, source }: MissingConnection): RuntimeError<'ENGINE_UNAVAILABLE'> {
  const reason = 'no connection has this name'
  return new RuntimeError('ENGINE_UNAVAILABLE', {
    message: `createPodmanRuntime: ${source} names the connection \`${missing}\`, and ${reason}. See \`podman system connection list\`.`,
    operation: 'createPodmanRuntime',
    details: { tried: [{ target: `connection ${missing}`, source, reason, named: true }] },
  })
}
