import { homedir } from 'node:os'
import type { RegistryCredentials } from '@moorage/runtime-core'
import { currentSecrets } from '../errors/call-secrets.ts'
import { entryCredentials, readConfig, unknowns, type Unknowns } from './entries.ts'
import { askHelper } from './helper.ts'
import { hostOfKey, registryOfHost, registryOfImage, type Registry } from './registry-keys.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Whose credentials are wanted, and by which method: those of the registry of an image, or at a host. */
export type CredentialRequest = {
  readonly operation: string
  readonly signal: AbortSignal | undefined
} & ({ readonly reference: string } | { readonly host: string })

/** Finds the credentials for a registry; `undefined` is anonymous. */
export type CredentialSource = (request: CredentialRequest) => Promise<RegistryCredentials | undefined>

/** The first one that has credentials for the registry. */
export function firstSource(...sources: readonly CredentialSource[]): CredentialSource {
  return async (request) => {
    for (const source of sources) {
      const found = await source(request)
      if (found !== undefined) return found
    }
    return undefined
  }
}

/**
 * Docker's `config.json`, as Docker's own client reads it: the helper for this registry (`credHelpers`), else the one for
 * all (`credsStore`), else what is written down (`auths`). It is read for every pull: who logs in need not start again.
 */
export function dockerCredentials(environment: Environment = process.env): CredentialSource {
  return async (request) => {
    const config = await readConfig(`${environment['DOCKER_CONFIG'] || `${homedir()}/.docker`}/config.json`)
    return configuredCredentials(config, environment, request)
  }
}

/**
 * Podman's `auth.json`: `REGISTRY_AUTH_FILE` alone, else the one of the session, else the one of the user. A key may name
 * a part of a registry; the longest one that fits counts.
 */
export function podmanCredentials(environment: Environment = process.env): CredentialSource {
  const { REGISTRY_AUTH_FILE: named, XDG_RUNTIME_DIR: session, XDG_CONFIG_HOME: configured } = environment
  const files = named
    ? [named]
    : [
        ...(session ? [`${session}/containers/auth.json`] : []),
        `${configured || `${homedir()}/.config`}/containers/auth.json`,
      ]
  return async (request) => {
    for (const file of files) {
      const found = await configuredCredentials(await readConfig(file), environment, request)
      if (found !== undefined) return found
    }
    return undefined
  }
}

async function configuredCredentials(
  config: Unknowns,
  environment: Environment,
  request: CredentialRequest,
): Promise<RegistryCredentials | undefined> {
  const found = await findCredentials(config, environment, request)
  for (const [name, value] of Object.entries(found ?? {}))
    if (name !== 'username') currentSecrets()?.addSecret(`credentials.${name}`, value)
  return found
}

async function findCredentials(
  { credHelpers, credsStore, auths }: Unknowns,
  environment: Environment,
  request: CredentialRequest,
): Promise<RegistryCredentials | undefined> {
  const { operation, signal } = request
  const registry = 'host' in request ? registryOfHost(request.host) : registryOfImage(request.reference)
  if (registry === undefined) return undefined
  const own = Object.entries(unknowns(credHelpers)).find(([key]) => registry.hosts.includes(hostOfKey(key)))?.[1]
  const helper = own ?? credsStore
  if (typeof helper === 'string' && helper !== '') {
    const found = await askHelper(helper, registry.server, { operation, environment, signal })
    if (found !== undefined || own !== undefined) return found
  }
  return entryCredentials(longestFit(unknowns(auths), registry))
}

/** The entry of the host, or of the longest part of the path below it. */
function longestFit(entries: Unknowns, { hosts, repository }: Registry): unknown {
  const paths = hosts.flatMap((host) => {
    const parts = repository.split('/').filter((part) => part !== '')
    return parts.map((_, index) => `${host}/${parts.slice(0, parts.length - index).join('/')}`)
  })
  const key =
    paths.sort((one, other) => other.length - one.length).find((path) => Object.hasOwn(entries, path)) ??
    Object.keys(entries).find((known) => isHostKey(known) && hosts.includes(hostOfKey(known)))
  return key === undefined ? undefined : entries[key]
}

/** A host alone, or the URL of a registry's API; not a part of a registry. */
function isHostKey(key: string): boolean {
  return /^https?:\/\//i.test(key) || !key.includes('/')
}
