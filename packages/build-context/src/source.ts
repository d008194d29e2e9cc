import { createHash, randomUUID } from 'node:crypto'
import { realpath, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { invalidArgument, leavesDirectory, type BuildSpec } from '@moorage/runtime-core'
import { directoryTree } from './directory.ts'
import { IgnoreRules, patternsOf } from './ignore.ts'
import { cleanPath, memoryTree } from './listed.ts'
import { checkNames } from './names.ts'
import { cleaned, MalformedPattern } from './pattern.ts'
import { overlaid, resolved, textAt, type Tree } from './tree.ts'
import { unpackedTree } from './unpacked.ts'

/** The files of a build. Disposing it deletes the temporary files of a tar context. */
export interface BuildSource extends AsyncDisposable {
  /** The context, with what its ignore file leaves out. */
  readonly tree: Tree
  /** The same with an inline Dockerfile, which the context itself has not. */
  readonly dockerfileTree: Tree
  /** What the ignore file leaves out of the context. */
  readonly ignored: IgnoreRules
  /** The name of the Dockerfile. */
  readonly dockerfile: string
  readonly isInline: boolean
  /** A folder, of which an engine may have something from before. */
  readonly isKept: boolean
  /** Under one key the engine trusts sizes and times: no two folders may share one. */
  readonly sharedKey: string
}

/** The name of an ignore file; that of a Dockerfile has it as its ending. */
export const ignoreFile = '.dockerignore'

/** The path of an inline Dockerfile in the context; no context is expected to have a file of this name. */
const inlineName = '.moorage.Dockerfile'

/** Rejects with INVALID_ARGUMENT when the Dockerfile is outside of the context, or the ignore file or the tar stream is malformed. */
export async function sourceOf(
  operation: string,
  { context, dockerfile = 'Dockerfile', incremental = true }: BuildSpec,
  signal?: AbortSignal,
): Promise<BuildSource> {
  if (typeof dockerfile === 'string' && leavesDirectory(dockerfile))
    throw invalidArgument(operation, 'spec.dockerfile', 'a path inside the context')
  if ('files' in context) checkNames(operation, Object.keys(context.files))
  const folder = 'directory' in context ? await folderAt(operation, context.directory) : undefined
  const isInline = typeof dockerfile !== 'string'
  const unpacked = 'tar' in context ? await unpackedTree(operation, context.tar, signal) : undefined
  const dispose = async (): Promise<void> => unpacked?.[Symbol.asyncDispose]()
  const tree = unpacked ?? (folder === undefined ? memoryTree(filesOf(context)) : directoryTree(folder.path))
  const dockerfileTree = isInline ? overlaid(tree, memoryTree({ [inlineName]: dockerfile.inline })) : tree
  const name = isInline ? inlineName : cleaned(cleanPath(dockerfile))
  try {
    return {
      tree,
      dockerfileTree,
      ignored: await ignoreRules(operation, dockerfileTree, name),
      dockerfile: name,
      isInline,
      isKept: folder !== undefined && incremental,
      sharedKey: folder !== undefined && incremental ? folder.key : randomUUID(),
      [Symbol.asyncDispose]: dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  }
}

interface ContextFolder {
  /** Without links: what a link leads to may change. */
  readonly path: string
  /** One for each folder of each machine; a folder that was put in the place of another one is not the same. */
  readonly key: string
}

async function folderAt(operation: string, directory: string): Promise<ContextFolder> {
  const found = await stat(directory).catch(() => undefined)
  if (found?.isDirectory() !== true)
    throw invalidArgument(operation, 'spec.context.directory', `a directory that is there (not \`${directory}\`)`)
  const path = await realpath(directory)
  const { dev, ino } = await stat(path, { bigint: true })
  const key = createHash('sha256').update([hostname(), path, dev, ino].join('\0')).digest('hex')
  return { path, key }
}

function filesOf(context: BuildSpec['context']): Readonly<Record<string, string | Uint8Array>> {
  return 'files' in context ? context.files : {}
}

/** What stands in the Dockerfile; `undefined` where there is none. */
export function dockerfileText({ dockerfileTree, dockerfile }: BuildSource): Promise<string | undefined> {
  return textAt(dockerfileTree, dockerfile)
}

/** The rules of the Dockerfile's own ignore file, else those of the context's. */
async function ignoreRules(operation: string, tree: Tree, dockerfile: string): Promise<IgnoreRules> {
  for (const path of [`${dockerfile}${ignoreFile}`, ignoreFile]) {
    const found = await tree.entry(path)
    if (found === undefined || found.type === 'directory') continue
    // To go on without it would send what it leaves out.
    if ((await resolved(tree, path))?.type !== 'file')
      throw invalidArgument(operation, 'spec.context', `one whose ignore file \`${path}\` is a file of the context`)
    try {
      return new IgnoreRules(patternsOf((await textAt(tree, path)) ?? ''))
    } catch (error) {
      if (!(error instanceof MalformedPattern)) throw error
      const expected = `one whose ignore file \`${path}\` has only patterns (not \`${error.pattern}\`)`
      throw invalidArgument(operation, 'spec.context', expected)
    }
  }
  return new IgnoreRules([])
}
