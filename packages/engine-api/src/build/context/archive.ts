import { Readable } from 'node:stream'
import type { Headers } from 'tar-stream'
import { withFirstFile } from './first-file.ts'
import { patternsOf } from './ignore.ts'
import { select } from './selection.ts'
import type { BuildSource } from './source.ts'
import type { Tree, TreeEntry } from './tree.ts'

/**
 * The whole context as a tar stream, without what its ignore file leaves out, for an engine that asks for nothing. The
 * Dockerfile is always in it. `more` are files besides, such as secrets that the engine takes out again.
 */
export async function contextArchive(
  { tree, dockerfileTree, body, dockerfile }: BuildSource,
  more: Readonly<Record<string, Uint8Array>> = {},
): Promise<AsyncIterable<Uint8Array>> {
  if (tree === undefined) return appended(body ?? none(), more)
  const { pack } = await import('tar-stream')
  const archive = pack()
  const whole = dockerfileTree ?? tree
  const excluded = [...(await ignorePatterns(whole, dockerfile)), `!${dockerfile}`]
  const fill = async (): Promise<void> => {
    for await (const entry of select(whole, { excluded, followed: [] })) await add(archive, whole, entry)
    for (const [name, content] of Object.entries(more)) archive.entry({ name, mode: 0o600 }, Buffer.from(content))
    archive.finalize()
  }
  fill().catch((error: Error) => archive.destroy(error))
  return archive as unknown as AsyncIterable<Uint8Array>
}

async function* none(): AsyncGenerator<Uint8Array, undefined> {
  // A build without any file.
}

async function* appended(
  archive: AsyncIterable<Uint8Array>,
  more: Readonly<Record<string, Uint8Array>>,
): AsyncGenerator<Uint8Array, undefined> {
  let whole = archive
  for (const [name, content] of Object.entries(more)) whole = withFirstFile(whole, name, content)
  yield* whole
}

/** The ignore file of the Dockerfile, else the one of the context. */
async function ignorePatterns(tree: Tree, dockerfile: string): Promise<readonly string[]> {
  for (const path of [`${dockerfile}.dockerignore`, '.dockerignore']) {
    const slash = path.lastIndexOf('/')
    const siblings = await tree.children(slash === -1 ? '' : path.slice(0, slash))
    if (!siblings.some((entry) => entry.path === path)) continue
    const pieces: Uint8Array[] = []
    for await (const piece of tree.read(path)) pieces.push(piece)
    return patternsOf(Buffer.concat(pieces).toString('utf8'))
  }
  return []
}

type Pack = ReturnType<(typeof import('tar-stream'))['pack']>

async function add(
  archive: Pack,
  tree: Tree,
  { path, type, mode, sizeBytes, modifiedAt, linkTarget }: TreeEntry,
): Promise<void> {
  const header: Headers = { name: path, mode, mtime: new Date(modifiedAt / 1e6), uid: 0, gid: 0 }
  if (type === 'directory' || type === 'fifo') {
    archive.entry({ ...header, type })
    return
  }
  if (type === 'symlink') {
    archive.entry({ ...header, type, linkname: linkTarget ?? '' })
    return
  }
  await new Promise<void>((resolve, reject) => {
    const entry = archive.entry({ ...header, size: sizeBytes }, (error) => (error ? reject(error) : resolve()))
    Readable.from(tree.read(path), { objectMode: false }).on('error', reject).pipe(entry)
  })
}
