import { parseImageReference } from '../image-reference.ts'
import { randomId } from '../random-id.ts'
import { scopeImageNamesLabel } from './labels.ts'

/** No registry can have this host: the top-level domain `invalid` is reserved (RFC 2606). */
const markerRepository = 'moorage.invalid/scope'

/**
 * A name for one image of a scope. Labels of an image are inherited by every image that is built from it; names are not, so
 * that only the image that the scope built has one of these.
 */
export function newMarker(scopeId: string): string {
  return `${markerRepository}/${scopeId}:${randomId()}`
}

export function isMarkerOf(scopeId: string, name: string): boolean {
  return name.startsWith(`${markerRepository}/${scopeId}:`)
}

/** The value of the label that records the names of a build. */
export function recordNames(names: readonly string[]): string {
  return names.map(canonicalName).join(' ')
}

/** The names of an image that are not of its scope: neither markers, nor recorded by the build, nor known to be given since. */
export function foreignNames(
  scopeId: string,
  image: { readonly tags: readonly string[]; readonly labels: Readonly<Record<string, string>> },
  known: ReadonlySet<string>,
): readonly string[] {
  const recorded = (image.labels[scopeImageNamesLabel] ?? '').split(' ')
  return image.tags.filter((tag) => {
    const name = canonicalName(tag)
    return !isMarkerOf(scopeId, tag) && !recorded.includes(name) && !known.has(name)
  })
}

/** One spelling of each name: with its tag, and without the registry and the folder that Docker adds. */
export function canonicalName(reference: string): string {
  const parsed = parseImageReference(reference)
  if (parsed === undefined) return reference
  const { registry, repository, tag = 'latest' } = parsed
  if (registry === undefined || registry === 'docker.io' || registry === 'index.docker.io')
    return `${repository.replace(/^library\//, '')}:${tag}`
  return `${registry}/${repository}:${tag}`
}
