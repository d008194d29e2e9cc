import { isForPlatform } from '@moorage/runtime-core'
import { ownFailure, type Call } from '../errors/failure.ts'
import type { ImageJson } from './inspect.ts'

/** What an image is made for, such as `linux/arm/v7`. */
export function platformOf({ Os, Architecture, Variant }: ImageJson): string {
  return [Os, Architecture, ...(Variant ? [Variant] : [])].join('/')
}

/** Throws IMAGE_NOT_FOUND where an image is for another platform than was asked for. */
export function refuseOtherPlatform(
  call: Call,
  reference: string,
  json: ImageJson,
  platform: string | undefined,
): void {
  if (platform === undefined) return
  const { Os: operatingSystem, Architecture: architecture, Variant: variant } = json
  if (isForPlatform({ operatingSystem, architecture, ...(variant && { variant }) }, platform)) return
  const text = `image \`${reference}\` is there for ${platformOf(json)}, and not for ${platform}. Leave \`platform\` out, or name one that it is made for.`
  throw ownFailure(call, 'IMAGE_NOT_FOUND', {}, text)
}
