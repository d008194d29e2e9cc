import { tarFiles, TarFault, type TarEntry } from '@moorage/build-context'
import { collectBytes, invalidArgument } from '@moorage/runtime-core'

export interface UnpackedEntry {
  readonly entry: TarEntry
  readonly content: Uint8Array
}

/** All entries of an archive; rejects with INVALID_ARGUMENT where it is none. */
export async function unpacked(
  operation: string,
  archive: AsyncIterable<Uint8Array>,
): Promise<readonly UnpackedEntry[]> {
  const entries: UnpackedEntry[] = []
  try {
    for await (const { entry, content } of tarFiles(archive))
      entries.push({ entry, content: await collectBytes(content) })
  } catch (error) {
    if (!(error instanceof TarFault)) throw error
    throw invalidArgument(operation, 'archive', `a tar stream (${error.message})`)
  }
  return entries
}
