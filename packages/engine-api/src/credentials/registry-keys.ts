import { parseImageReference } from '@moorage/runtime-core'

/** The names under which credentials for Docker Hub are kept; the first is what helpers are asked for. */
const hubKeys = ['https://index.docker.io/v1/', 'index.docker.io', 'docker.io', 'registry-1.docker.io'] as const

/** A registry, and where in it an image is. */
export interface RegistryPlace {
  /** What a helper is asked for. */
  readonly server: string
  /** The host's names. */
  readonly hosts: readonly string[]
  /** Without host, tag and digest. */
  readonly repository: string
}

/** Which registry an image comes from; a name without a host is Docker Hub's. */
export function registryPlace(reference: string): RegistryPlace {
  const { registry = 'docker.io', repository = reference } = parseImageReference(reference) ?? {}
  const isHub = (hubKeys as readonly string[]).includes(registry)
  return { server: isHub ? hubKeys[0] : registry, hosts: isHub ? hubKeys.slice(1) : [registry], repository }
}

/** The host of a key, which may be written as a URL. */
export function hostOfKey(key: string): string {
  return key.replace(/^https?:\/\//i, '').split('/')[0] ?? ''
}
