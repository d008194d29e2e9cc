/** The API versions that this library was written against: Docker 20.10 and what came after. */
const oldestApiVersion = '1.41'
export const newestApiVersion = '1.51'

/** Which version to speak with an engine that speaks up to `engineNewest`, or why none. */
export function negotiate(
  engineNewest: string,
  engineOldest: string | undefined,
): { readonly version: string } | { readonly refused: string } {
  if (compareVersions(engineNewest, oldestApiVersion) < 0) {
    return {
      refused: `the engine speaks API ${engineNewest} at most, and this library needs at least ${oldestApiVersion}`,
    }
  }
  if (engineOldest !== undefined && compareVersions(engineOldest, newestApiVersion) > 0) {
    return {
      refused: `the engine speaks API ${engineOldest} at least, and this library knows ${newestApiVersion} at most`,
    }
  }
  return { version: compareVersions(engineNewest, newestApiVersion) < 0 ? engineNewest : newestApiVersion }
}

/** Below 0 when `one` is older. */
export function compareVersions(one: string, other: string): number {
  const [major = 0, minor = 0] = one.split('.').map(Number)
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number)
  return major - otherMajor || minor - otherMinor
}
