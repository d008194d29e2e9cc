import { invalidArgument } from '@moorage/runtime-core'
import type { TreeEntry } from './tree.ts'

/**
 * Exactly as many bytes of a file as its entry states, since the engine has that size already. A file that grows is
 * truncated; one that is deleted or becomes shorter rejects with INVALID_ARGUMENT.
 */
export async function* announcedContent(
  { path, sizeBytes }: TreeEntry,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, undefined> {
  let leftBytes = sizeBytes
  if (leftBytes === 0) return
  try {
    for await (const bytes of content) {
      yield bytes.subarray(0, leftBytes)
      leftBytes -= bytes.byteLength
      if (leftBytes <= 0) return
    }
  } catch (error) {
    if (!isMissing(error)) throw error
    throw changed(path, 'was deleted')
  }
  throw changed(path, 'has become shorter')
}

/** Whether a file is missing at its path. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function changed(path: string, what: string): Error {
  const expected = `a directory whose files stay as they are while they are sent (\`${path}\` ${what})`
  return invalidArgument('buildImage', 'spec.context.directory', expected)
}
