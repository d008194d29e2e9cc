/** The parts of an image reference, as the OCI distribution grammar names them. */
export interface ImageReference {
  /** Host and port of the registry; absent: the engine's default. */
  readonly registry?: string
  readonly repository: string
  readonly tag?: string
  /** `algorithm:hex` */
  readonly digest?: string
}

const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
const tagPattern = /^\w[\w.-]{0,127}$/
const digestPattern = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/
const registryPattern = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/

/** Parses `[registry/]repository[:tag][@digest]`; `undefined` when the text is not a reference. */
export function parseImageReference(text: string): ImageReference | undefined {
  const [named = '', digest, ...more] = text.split('@')
  if (more.length > 0 || (digest !== undefined && !digestPattern.test(digest))) return undefined
  const slash = named.indexOf('/')
  const first = named.slice(0, Math.max(0, slash))
  const hasRegistry = slash > 0 && (/[.:[A-Z]/.test(first) || first === 'localhost')
  const registry = hasRegistry ? first : undefined
  if (registry !== undefined && !registryPattern.test(registry)) return undefined
  const rest = hasRegistry ? named.slice(slash + 1) : named
  const colon = rest.lastIndexOf(':')
  const repository = colon === -1 ? rest : rest.slice(0, colon)
  const tag = colon === -1 ? undefined : rest.slice(colon + 1)
  if (tag !== undefined && !tagPattern.test(tag)) return undefined
  if (repository.length === 0 || repository.length > 255) return undefined
  if (!repository.split('/').every((part) => component.test(part))) return undefined
  return {
    repository,
    ...(registry !== undefined && { registry }),
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  }
}

/** The reference as text. */
export function formatImageReference(reference: ImageReference): string {
  const { registry, repository, tag, digest } = reference
  return `${registry === undefined ? '' : `${registry}/`}${repository}${tag === undefined ? '' : `:${tag}`}${
    digest === undefined ? '' : `@${digest}`
  }`
}

/** Whether a text is an image id rather than a reference: `sha256:` and hex, or at least 12 hex digits. */
export function isImageId(text: string): boolean {
  return /^sha256:[0-9a-f]{12,64}$/.test(text) || /^[0-9a-f]{12,64}$/.test(text)
}
