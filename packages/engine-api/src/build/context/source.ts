import { createHash, randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { invalidArgument, leavesDirectory, type BuildSpec } from '@moorage/runtime-core'
import { withFirstFile } from './first-file.ts'
import { directoryTree, memoryTree, overlaid, type Tree } from './tree.ts'

/** Where a build gets its files from. */
export interface BuildSource {
  /** The context, of which the engine is given what it asks for; absent: the body has it all. */
  readonly tree?: Tree
  /** The same with an inline Dockerfile, which the context itself has not. */
  readonly dockerfileTree?: Tree
  readonly body?: AsyncIterable<Uint8Array>
  /** The name of the Dockerfile. */
  readonly dockerfile: string
  /** Under one key the engine trusts sizes and times: no two folders may share one. */
  readonly sharedKey: string
}

/** Where an inline Dockerfile stands; nobody has a file of this name. */
const inlineName = '.moorage.Dockerfile'

/** What stands in the Dockerfile; `undefined` where it is somewhere in an archive, or is not there. */
export async function dockerfileText({ tree, dockerfileTree, dockerfile }: BuildSource): Promise<string | undefined> {
  const whole = dockerfileTree ?? tree
  const folder = dockerfile.includes('/') ? dockerfile.slice(0, dockerfile.lastIndexOf('/')) : ''
  const siblings = (await whole?.children(folder)) ?? []
  if (whole === undefined || !siblings.some(({ path }) => path === dockerfile)) return undefined
  const pieces: Uint8Array[] = []
  for await (const piece of whole.read(dockerfile)) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}

export function sourceOf(operation: string, { context, dockerfile = 'Dockerfile' }: BuildSpec): BuildSource {
  if (typeof dockerfile === 'string' && leavesDirectory(dockerfile))
    throw invalidArgument(operation, 'spec.dockerfile', 'a path inside the context')
  const inline = typeof dockerfile === 'string' ? undefined : dockerfile.inline
  const name = typeof dockerfile === 'string' ? dockerfile : inlineName
  if ('tar' in context) {
    const body = inline === undefined ? context.tar : withFirstFile(context.tar, inlineName, inline)
    return { body, dockerfile: name, sharedKey: randomUUID() }
  }
  const folder = 'directory' in context ? resolve(context.directory) : undefined
  const tree = 'directory' in context ? directoryTree(resolve(context.directory)) : memoryTree(context.files)
  return {
    tree,
    ...(inline !== undefined && { dockerfileTree: overlaid(tree, { [inlineName]: inline }) }),
    dockerfile: name,
    sharedKey:
      folder === undefined ? randomUUID() : createHash('sha256').update(`${hostname()}\0${folder}`).digest('hex'),
  }
}
