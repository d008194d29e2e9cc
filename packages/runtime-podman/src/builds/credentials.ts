import { dockerfileText, type BuildSource } from '@moorage/build-context'
import { credentialsOf, registryOfImage, type CredentialSource } from '@moorage/engine-api'
import { parseImageReference, type BuildSpec, type RegistryCredentials } from '@moorage/runtime-core'

const operation = 'buildImage'

/** The image of `FROM`; one that is named by an argument stays unknown. */
const fromLine = /^\s*FROM\s+(?:--\S+\s+)*([^\s$]+)/gim

/**
 * Credentials by host, as the header carries them: the build's own, else those that are configured for the hosts that the
 * Dockerfile names. Podman asks for none by itself.
 */
export async function registryConfig(
  { credentials = {} }: BuildSpec,
  source: BuildSource,
  configured: CredentialSource,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, string>>> {
  const known: Record<string, RegistryCredentials> = { ...credentials }
  for (const [, reference = ''] of ((await dockerfileText(source)) ?? '').matchAll(fromLine)) {
    const registry = registryOfImage(reference)
    if (registry === undefined) continue
    const host = parseImageReference(reference)?.registry ?? 'docker.io'
    const found = credentialsOf(known, registry) ?? (await configured({ operation, reference, signal }))
    if (found !== undefined) known[host] = found
  }
  const entries = Object.entries(known).map(([host, found]) => [
    host,
    'identityToken' in found ? { identitytoken: found.identityToken } : found,
  ])
  if (entries.length === 0) return {}
  // Base64 for URLs, with its padding.
  const text = Buffer.from(JSON.stringify(Object.fromEntries(entries))).toString('base64')
  return { 'x-registry-config': text.replaceAll('+', '-').replaceAll('/', '_') }
}
