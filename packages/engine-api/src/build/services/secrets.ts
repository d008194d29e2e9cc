import { readFile } from 'node:fs/promises'
import { invalidArgument, type BuildSpec, type RegistryCredentials } from '@moorage/runtime-core'
import type { CredentialSource } from '../../credentials/sources.ts'
import { GrpcError, grpcStatus, unary, type GrpcMethod } from '../grpc.ts'
import { fieldsOf, messageOf, textOf, type Wire } from '../messages.ts'

/** The values of a build's secrets, read before it begins: what is missing is told by its name and not by the engine. */
export async function readSecrets(
  operation: string,
  { secrets = {} }: BuildSpec,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const values = new Map<string, Uint8Array>()
  for (const [id, secret] of Object.entries(secrets)) {
    if ('value' in secret) values.set(id, Buffer.from(secret.value as Uint8Array))
    else if ('file' in secret) {
      const content = await readFile(secret.file).catch(() => undefined)
      if (content === undefined) throw invalidArgument(operation, `spec.secrets.${id}.file`, 'a file that can be read')
      values.set(id, content)
    } else {
      const value = process.env[secret.env]
      if (value === undefined) throw invalidArgument(operation, `spec.secrets.${id}.env`, 'a variable that is set')
      values.set(id, Buffer.from(value))
    }
  }
  return values
}

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

/** The names under which Docker Hub asks for itself. */
const hubHosts = ['registry-1.docker.io', 'index.docker.io', 'docker.io', 'https://index.docker.io/v1/']

/** The build's own credentials for a host, else the configured ones. */
export function credentialsFor(
  operation: string,
  { credentials = {} }: BuildSpec,
  source: CredentialSource,
  signal: AbortSignal | undefined,
): (host: string) => Promise<RegistryCredentials | undefined> {
  return async (host) => {
    const names = hubHosts.includes(host) ? hubHosts : [host]
    const own = names.map((name) => credentials[name]).find((found) => found !== undefined)
    return own ?? source({ operation, reference: `${hubHosts.includes(host) ? 'docker.io' : host}/image`, signal })
  }
}
