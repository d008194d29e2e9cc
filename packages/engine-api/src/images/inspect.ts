import {
  matchesLabels,
  parseImageReference,
  type CallOptions,
  type Healthcheck,
  type ImageDetails,
  type ImageFilter,
  type ImageSummary,
} from '@moorage/runtime-core'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { labelFilter } from '../client/filters.ts'
import { withSignal } from '../client/signals.ts'
import { entrypoint, environment } from '../containers/details.ts'
import type { HealthcheckJson } from '../containers/json.ts'
import type { Dialect } from '../dialect/dialect.ts'
import { perform, type Call } from '../errors/failure.ts'

/** The part of `GET /images/{name}/json` that is used here. */
export interface ImageJson {
  readonly Id: string
  readonly RepoTags?: readonly string[] | null
  readonly RepoDigests?: readonly string[] | null
  readonly Created?: string
  readonly Size?: number
  readonly Os: string
  readonly Architecture: string
  readonly Variant?: string
  readonly Config?: {
    readonly Cmd?: readonly string[] | null
    readonly Entrypoint?: readonly string[] | string | null
    readonly Env?: readonly string[] | null
    readonly Labels?: Readonly<Record<string, string>> | null
    readonly User?: string
    readonly WorkingDir?: string
    readonly ExposedPorts?: Readonly<Record<string, unknown>> | null
    readonly StopSignal?: string
    readonly Healthcheck?: HealthcheckJson | null
  } | null
}

/** Where an engine tells the healthcheck beside the configuration. */
interface HealthJson {
  readonly Healthcheck?: HealthcheckJson | null
}

interface ImageRowJson {
  readonly Id: string
  readonly RepoTags?: readonly string[] | null
  readonly RepoDigests?: readonly string[] | null
  /** Seconds since 1970. */
  readonly Created: number
  readonly Size: number
  readonly Labels?: Readonly<Record<string, string>> | null
}

export function imageCall(client: EngineClient, operation: string, reference: string): Call {
  return { client, operation, resource: { kind: 'image', id: reference } }
}

export const missingImage = { 404: 'IMAGE_NOT_FOUND' } as const

export async function imageJson(client: EngineClient, reference: string, signal?: AbortSignal): Promise<ImageJson> {
  const endpoints = await client.endpoints()
  const options: object = withSignal(signal, {})
  const json: unknown = await endpoints.getImage(reference).inspect(options)
  return json as ImageJson
}

/** The same, or `undefined` when there is none. */
export async function findImageJson(
  client: EngineClient,
  reference: string,
  signal?: AbortSignal,
): Promise<ImageJson | undefined> {
  try {
    return await imageJson(client, reference, signal)
  } catch (error) {
    if (isAnswer(error, 404)) return undefined
    throw error
  }
}

export async function inspectImage(
  client: EngineClient,
  reference: string,
  options: CallOptions = {},
): Promise<ImageDetails> {
  return perform(imageCall(client, 'inspectImage', reference), missingImage, async () => {
    const json = await imageJson(client, reference, options.signal)
    const path = client.dialect.imageHealthPath?.(json.Id)
    if (path === undefined) return imageDetails(json, client.dialect)
    const { Healthcheck } = (await client.json(withSignal(options.signal, { path }))) as HealthJson
    return imageDetails({ ...json, Config: { ...json.Config, Healthcheck: Healthcheck ?? null } }, client.dialect)
  })
}

/** `GET /images/json`. Newest first, as both daemons may not send them. */
export async function listImages(
  client: EngineClient,
  filter: ImageFilter,
  { signal }: CallOptions = {},
): Promise<readonly ImageSummary[]> {
  return perform({ client, operation: 'listImages' }, {}, async () => {
    const endpoints = await client.endpoints()
    const dangling = filter.dangling === undefined ? {} : { dangling: [String(filter.dangling)] }
    const answer: unknown = await endpoints.listImages(
      withSignal(signal, { filters: { ...labelFilter(filter), ...dangling } }),
    )
    return (answer as readonly ImageRowJson[])
      .map((row) => imageSummary(row, client.dialect))
      .filter((image) => matches(image, filter))
      .sort((one, other) => Date.parse(other.createdAt) - Date.parse(one.createdAt))
  })
}

function matches(image: ImageSummary, { reference, dangling, ...labels }: ImageFilter): boolean {
  return (
    (dangling === undefined || dangling === (image.tags.length === 0)) &&
    (reference === undefined || isNamed(image, reference)) &&
    matchesLabels(image.labels, labels)
  )
}

/** Without a tag it matches every tag of the repository; an id matches its image. */
function isNamed(image: ImageSummary, reference: string): boolean {
  if (image.id === reference || image.id.startsWith(`sha256:${reference}`)) return true
  const { tag, digest } = parseImageReference(reference) ?? {}
  if (digest !== undefined) return image.digests.includes(reference)
  if (tag !== undefined) return image.tags.includes(reference)
  return image.tags.some((known) => known.slice(0, known.lastIndexOf(':')) === reference)
}

export function imageDetails(json: ImageJson, dialect: Dialect): ImageDetails {
  const config = json.Config ?? {}
  return {
    id: withAlgorithm(json.Id),
    tags: names(json.RepoTags, dialect),
    digests: names(json.RepoDigests, dialect),
    ...(json.Created && !json.Created.startsWith('0001-') && { createdAt: json.Created }),
    sizeBytes: json.Size ?? 0,
    operatingSystem: json.Os,
    architecture: json.Architecture,
    ...(json.Variant && { variant: json.Variant }),
    command: config.Cmd ?? [],
    entrypoint: entrypoint(config.Entrypoint),
    env: environment(config.Env ?? []),
    labels: config.Labels ?? {},
    user: config.User ?? '',
    workingDirectory: config.WorkingDir ?? '',
    exposedPorts: Object.keys(config.ExposedPorts ?? {}),
    ...healthcheck(config.Healthcheck ?? undefined),
    ...(config.StopSignal && { stopSignal: config.StopSignal }),
  }
}

function imageSummary(row: ImageRowJson, dialect: Dialect): ImageSummary {
  return {
    id: withAlgorithm(row.Id),
    tags: names(row.RepoTags, dialect),
    digests: names(row.RepoDigests, dialect),
    createdAt: new Date(row.Created * 1000).toISOString(),
    sizeBytes: row.Size,
    labels: row.Labels ?? {},
  }
}

/** Engines write `<none>` for the name of what has none. */
function names(references: readonly string[] | null | undefined, dialect: Dialect): readonly string[] {
  return (references ?? []).filter((name) => !name.includes('<none>')).map((name) => dialect.imageName(name))
}

export function withAlgorithm(id: string): string {
  return id.startsWith('sha256:') ? id : `sha256:${id}`
}

function healthcheck(json: HealthcheckJson | undefined): { readonly healthcheck?: Healthcheck } {
  const [kind, ...test] = json?.Test ?? []
  if (json === undefined || kind === undefined || kind === 'NONE') return {}
  const milliseconds = (nanoseconds: number | undefined): number | undefined => nanoseconds && nanoseconds / 1e6
  const times = {
    intervalMs: milliseconds(json.Interval),
    timeoutMs: milliseconds(json.Timeout),
    startPeriodMs: milliseconds(json.StartPeriod),
    retries: json.Retries,
  }
  const given = Object.fromEntries(Object.entries(times).filter(([, value]) => value))
  return { healthcheck: { test: kind === 'CMD-SHELL' ? test.join(' ') : test, ...given } }
}
