import {
  announcedContent,
  contextEntries,
  isMissing,
  literalPattern,
  tarFiller,
  tarHeader,
  tarOfEntries,
  type BuildSource,
  type Tree,
  type TreeEntry,
  type WrittenEntry,
} from '@moorage/build-context'
import type { BuildEvent } from '@moorage/runtime-core'

/** Goes before every other one; it keeps from the steps what is in the archive only for the engine. */
const ignoreFile = '.containerignore'

/**
 * The whole context as a tar stream, without what its ignore file leaves out, for an engine that asks for nothing. The
 * Dockerfile is always in it. `more` are files besides, such as secrets that the engine takes out again.
 */
export function contextArchive(
  source: BuildSource,
  more: Readonly<Record<string, Uint8Array>> = {},
): AsyncIterable<Uint8Array> {
  const { dockerfileTree: tree } = source
  async function* archive(): AsyncGenerator<Uint8Array, undefined> {
    const listed = new Set<string>()
    for await (const entry of contextEntries(source)) {
      listed.add(entry.path)
      yield* blocksOf(tree, entry)
    }
    const forTheEngine = await unlistedOf(source, listed)
    for (const entry of forTheEngine) yield* blocksOf(tree, entry)
    // What is ignored is not in the archive: a second reading of its rules, in the engine, could only leave out more.
    const hidden = [ignoreFile, ...forTheEngine.slice(0, 1).map(({ path }) => path)].map(literalPattern)
    const files = Object.entries({ ...more, [ignoreFile]: Buffer.from([...hidden, ''].join('\n')) })
    yield* tarOfEntries(files.map(([name, content]) => ({ entry: { name, type: 'file', mode: 0o600 }, content })))
  }
  return archive()
}

/** The Dockerfile where the context has none of its own or ignores it, behind the folders that are there only because of it. */
async function unlistedOf(
  { dockerfileTree: tree, dockerfile }: BuildSource,
  listed: ReadonlySet<string>,
): Promise<readonly TreeEntry[]> {
  const parts = dockerfile.split('/')
  const paths = parts.map((_, index) => parts.slice(0, index + 1).join('/')).filter((path) => !listed.has(path))
  const entries = await Promise.all(paths.map((path) => tree.entry(path)))
  return entries.filter((entry) => entry !== undefined)
}

async function* blocksOf(tree: Tree, listed: TreeEntry): AsyncGenerator<Uint8Array, undefined> {
  const { path, type, mode, sizeBytes, modifiedAt, linkTarget } = listed
  const entry: WrittenEntry = { name: path, type, mode, modifiedAt: modifiedAt / 1e9 }
  if (type !== 'file') {
    yield tarHeader(type === 'symlink' ? { ...entry, linkName: linkTarget ?? '' } : entry)
    return
  }
  const pieces = tree.read(path)[Symbol.asyncIterator]()
  try {
    // Opened before it is announced: a file that was deleted by now is not part of the context.
    const first = await pieces.next().catch((error: unknown) => {
      if (isMissing(error)) return undefined
      throw error
    })
    if (first === undefined) return
    yield tarHeader({ ...entry, sizeBytes })
    yield* announcedContent(listed, opened(first, pieces))
    yield tarFiller(sizeBytes)
  } finally {
    await pieces.return?.()
  }
}

/** The pieces of a file of which the first one was read already. */
async function* opened(
  first: IteratorResult<Uint8Array, unknown>,
  pieces: AsyncIterator<Uint8Array, unknown>,
): AsyncGenerator<Uint8Array, undefined> {
  for (let piece = first; piece.done !== true; piece = await pieces.next()) yield piece.value
}

const tellEveryBytes = 256 * 1024

/** The archive, and how much of it has gone out. */
export async function* told(
  archive: AsyncIterable<Uint8Array>,
  step: string,
  onEvent: (event: BuildEvent) => void,
): AsyncGenerator<Uint8Array, undefined> {
  onEvent({ type: 'step-started', step, name: 'send the build context' })
  let currentBytes = 0
  let lastTold = 0
  const tell = (): void => {
    lastTold = currentBytes
    onEvent({ type: 'transfer', step, name: 'context', currentBytes })
  }
  for await (const piece of archive) {
    yield piece
    currentBytes += piece.byteLength
    if (currentBytes - lastTold >= tellEveryBytes) tell()
  }
  tell()
  onEvent({ type: 'step-completed', step, cached: false })
}
