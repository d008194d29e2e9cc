import { engineInfo, type EngineClient } from '@moorage/engine-api'
import type { BuildSpec, CallOptions } from '@moorage/runtime-core'

/** A stage that begins with nothing, for the platform that the caller wants. */
const fromNothing = /^\s*FROM\s+scratch\b/im

/** The part of `GET /libpod/images/{id}/json` that is used here. */
interface PlatformJson {
  readonly Os: string
  readonly Architecture: string
}

/**
 * Whether an image is for another platform than was asked for: the steps of a stage that begins with nothing are taken from
 * builds for any platform (5.4).
 */
export async function isForAnotherPlatform(
  client: EngineClient,
  { id, dockerfile }: { readonly id: string; readonly dockerfile: string },
  { platform }: BuildSpec,
  options: CallOptions,
): Promise<boolean> {
  if (!fromNothing.test(dockerfile)) return false
  const { Os, Architecture } = (await client.json({ path: `/libpod/images/${id}/json`, ...options })) as PlatformJson
  if (platform !== undefined) return `${platform}/`.startsWith(`${Os}/${Architecture}/`) === false
  const { operatingSystem, architecture } = await engineInfo(client, options)
  return Os !== operatingSystem || Architecture !== architecture
}
