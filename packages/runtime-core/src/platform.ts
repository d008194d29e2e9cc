import type { ImageDetails } from './images.ts'

/** Whether an image is for a platform such as `linux/arm64` or `linux/arm/v7`; a variant counts where both name one. */
export function isForPlatform(
  image: Pick<ImageDetails, 'operatingSystem' | 'architecture' | 'variant'>,
  platform: string,
): boolean {
  const [operatingSystem, architecture, variant] = platform.split('/')
  if (operatingSystem !== image.operatingSystem || architecture !== image.architecture) return false
  return variant === undefined || image.variant === undefined || image.variant === '' || variant === image.variant
}
