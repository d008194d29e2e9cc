import { parseImageReference, type RegistryCredentials } from '@moorage/runtime-core'

/** The key of Docker Hub's credentials, which helpers are asked for too. */
const hubKey = 'https://index.docker.io/v1/'

/** The hosts that are Docker Hub; no other text is read as one of them. */
const hubHosts: readonly string[] = ['index.docker.io', 'docker.io', 'registry-1.docker.io']

/** A registry, and where in it an image is. */
export interface Registry {
  /** What a helper is asked for. */
  readonly server: string
  /** The host's names. */
  readonly hosts: readonly string[]
  /** Without host, tag and digest; empty where no image is meant. */
  readonly repository: string
}

const label = String.raw`[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?`
const hostPattern = new RegExp(String.raw`^(?:${label}(?:\.${label})*|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$`)

/** The registry at a host, as engines name it: `HOST[:PORT]`. `undefined` for any other text. */
export function registryOfHost(host: string, repository = ''): Registry | undefined {
  if (!hostPattern.test(host)) return undefined
  return hubHosts.includes(host)
    ? { server: hubKey, hosts: hubHosts, repository }
    : { server: host, hosts: [host], repository }
}

/** Which registry an image comes from; a name without a host is Docker Hub's. `undefined` for what is no reference. */
export function registryOfImage(reference: string): Registry | undefined {
  const parsed = parseImageReference(reference)
  return parsed && registryOfHost(parsed.registry ?? 'docker.io', parsed.repository)
}

/** Those of credentials by host that are for a registry. */
export function credentialsOf(
  credentials: Readonly<Record<string, RegistryCredentials>>,
  { server, hosts }: Registry,
): RegistryCredentials | undefined {
  const name = [...hosts, server].find((candidate) => Object.hasOwn(credentials, candidate))
  return name === undefined ? undefined : credentials[name]
}

/** The host of a key, which may be written as a URL. */
export function hostOfKey(key: string): string {
  return key.replace(/^https?:\/\//i, '').split('/')[0] ?? ''
}
