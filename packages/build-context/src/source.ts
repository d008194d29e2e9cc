import { createHash, randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { invalidArgument, leavesDirectory, type BuildSpec } from '@moorage/runtime-core'
import { directoryTree } from './directory.ts'
import { patternsOf } from './ignore.ts'
import { cleanPath, memoryTree } from './listed.ts'
import { checkNames } from './names.ts'
import { overlaid, textAt, type Tree } from './tree.ts'
import { unpackedTree } from './unpacked.ts'

/** Where a build gets its files from; what a tar stream has left on this machine is gone once it is disposed of. */
export interface BuildSource extends AsyncDisposable {
  /** The context, with what its ignore file leaves out. */
  readonly tree: Tree
  /** The same with an inline Dockerfile, which the context itself has not. */
  readonly dockerfileTree: Tree
  /** The name of the Dockerfile. */
  readonly dockerfile: string
  readonly isInline: boolean
  /** A folder, of which an engine may have something from before. */
  readonly isKept: boolean
  /** Under one key the engine trusts sizes and times: no two folders may share one. */
  readonly sharedKey: string
}

/** Where an inline Dockerfile stands; nobody has a file of this name. */
const inlineName = '.moorage.Dockerfile'

/** Rejects with INVALID_ARGUMENT when the Dockerfile is outside of the context, or the tar stream is none. */
export async function sourceOf(
  operation: string,
  { context, dockerfile = 'Dockerfile' }: BuildSpec,
  signal?: AbortSignal,
): Promise<BuildSource> {
  if (typeof dockerfile === 'string' && leavesDirectory(dockerfile))
    throw invalidArgument(operation, 'spec.dockerfile', 'a path inside the context')
  if ('files' in context) checkNames(operation, Object.keys(context.files))
  if ('directory' in context) await needDirectory(operation, context.directory)
  const isInline = typeof dockerfile !== 'string'
  const unpacked = 'tar' in context ? await unpackedTree(operation, context.tar, signal) : undefined
  const tree = unpacked ?? ('directory' in context ? directoryTree(context.directory) : memoryTree(filesOf(context)))
  return {
    tree,
    dockerfileTree: isInline ? overlaid(tree, memoryTree({ [inlineName]: dockerfile.inline })) : tree,
    dockerfile: isInline ? inlineName : cleanPath(dockerfile),
    isInline,
    isKept: 'directory' in context,
    sharedKey: 'directory' in context ? keyOf(resolve(context.directory)) : randomUUID(),
    async [Symbol.asyncDispose]() {
      await unpacked?.[Symbol.asyncDispose]()
    },
  }
}

async function needDirectory(operation: string, directory: string): Promise<void> {
  const found = await stat(directory).catch(() => undefined)
  if (found?.isDirectory() !== true)
    throw invalidArgument(operation, 'spec.context.directory', `a directory that is there (not \`${directory}\`)`)
}

function filesOf(context: BuildSpec['context']): Readonly<Record<string, string | Uint8Array>> {
  return 'files' in context ? context.files : {}
}

/** One for each folder of each machine. */
function keyOf(folder: string): string {
  return createHash('sha256').update(`${hostname()}\0${folder}`).digest('hex')
}

/** What stands in the Dockerfile; `undefined` where there is none. */
export function dockerfileText({ dockerfileTree, dockerfile }: BuildSource): Promise<string | undefined> {
  return textAt(dockerfileTree, dockerfile)
}

/** The patterns of the Dockerfile's own ignore file, else those of the context's. */
export async function ignorePatterns({ dockerfileTree, dockerfile }: BuildSource): Promise<readonly string[]> {
  const text =
    (await textAt(dockerfileTree, `${dockerfile}.dockerignore`)) ?? (await textAt(dockerfileTree, '.dockerignore'))
  return patternsOf(text ?? '')
}
