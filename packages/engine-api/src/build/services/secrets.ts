import type { BuildSpec, RegistryCredentials } from '@moorage/runtime-core'
import { credentialsOf, registryOfHost } from '../../credentials/registry-keys.ts'
import type { CredentialSource } from '../../credentials/sources.ts'
import { GrpcError, grpcStatus, unary, type GrpcMethod } from '../grpc.ts'
import { fieldsOf, messageOf, textOf, type Wire } from '../messages.ts'

/** `moby.buildkit.secrets.v1.Secrets/GetSecret`; with "not found" an optional mount is left out, and a required one fails. */
export function secretsService(wire: Wire, values: ReadonlyMap<string, Uint8Array>): GrpcMethod {
  return unary((message) => {
    const value = values.get(textOf(fieldsOf(wire, message), 1))
    if (value === undefined) throw new GrpcError(grpcStatus.notFound, 'there is no such secret')
    return messageOf(wire, { 1: value })
  })
}

/** `moby.filesync.v1.Auth/Credentials`: those of the host that is asked for, and of no other. Each is looked up once. */
export function authService(wire: Wire, find: (host: string) => Promise<RegistryCredentials | undefined>): GrpcMethod {
  const known = new Map<string, Promise<RegistryCredentials | undefined>>()
  return unary(async (message) => {
    const host = textOf(fieldsOf(wire, message), 1)
    const asking = known.get(host) ?? find(host)
    known.set(host, asking)
    const credentials = await asking
    if (credentials === undefined) return messageOf(wire, {})
    return 'identityToken' in credentials
      ? messageOf(wire, { 2: credentials.identityToken })
      : messageOf(wire, { 1: credentials.username, 2: credentials.password })
  })
}

/** The build's own credentials for a host, else the configured ones; a text that is no host is refused. */
export function credentialsFor(
  operation: string,
  { credentials = {} }: BuildSpec,
  source: CredentialSource,
  signal: AbortSignal | undefined,
): (host: string) => Promise<RegistryCredentials | undefined> {
  return async (host) => {
    const registry = registryOfHost(host)
    if (registry === undefined) throw new GrpcError(grpcStatus.invalidArgument, 'the host of a registry is malformed')
    return credentialsOf(credentials, registry) ?? source({ operation, host, signal })
  }
}
