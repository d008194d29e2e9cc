import { MalformedPattern, pathPattern } from '@moorage/build-context'
import { isWithin, normalized, usualDirectory, type FileNode, type FileTree } from '../engine/files.ts'
import { listIn, onLine, type Instruction } from './dockerfile.ts'
import { workingDirectoryOf } from './settings.ts'
import type { FakeImageSpec } from '../engine/records.ts'
import { wordsOf, type Variables } from './words.ts'

export interface CopyFrom {
  readonly files: FileTree
  /** Into files like these. */
  readonly target: FileTree
  readonly image: FakeImageSpec
  readonly variables: Variables
}

type Owner = Pick<FileNode, 'userId' | 'groupId'>

const knownUsers: Readonly<Record<string, number>> = { root: 0, nobody: 65_534 }

/** The files after COPY: what is in a folder is copied, and not the folder itself. */
export function copied(instruction: Instruction, { files, target, image, variables }: CopyFrom): FileTree {
  const paths = listIn(instruction.text) ?? wordsOf(instruction.text, variables)
  const destination = paths.at(-1) ?? ''
  const sources = paths.slice(0, -1)
  if (sources.length === 0) throw onLine(instruction, 'it needs a source and a destination')
  const found = sources.flatMap((source) => matching(instruction, files, source))
  const place = workingDirectoryOf(image, destination)
  const isFolder = /(?:^|\/)\.{0,2}$/.test(destination) || found.length > 1 || target.get(place)?.type === 'directory'
  if (sources.length > 1 && !destination.endsWith('/'))
    throw onLine(instruction, 'with several sources the destination must be a folder, and end with `/`')
  const changed = changesOf(instruction, variables)
  const result = new Map(target)
  const put = (path: string, node: FileNode): void => {
    // A folder that is there stays as it is.
    if (node.type !== 'directory' || result.get(path)?.type !== 'directory') result.set(path, changed(node))
  }
  if (isFolder && !result.has(place)) result.set(place, usualDirectory)
  for (const path of found) {
    const node = path === '/' ? usualDirectory : files.get(path)
    if (node === undefined || node.type === 'directory') {
      if (!result.has(place)) result.set(place, changed(usualDirectory))
      for (const [below, child] of files)
        if (below !== path && isWithin(below, path))
          put(normalized(`${place}/${below.slice(path === '/' ? 0 : path.length)}`), child)
    } else put(isFolder ? normalized(`${place}/${path.slice(path.lastIndexOf('/'))}`) : place, node)
  }
  return result
}

/** What stands at a path, which may have wildcards: those of one folder each. */
function matching(instruction: Instruction, files: FileTree, source: string): readonly string[] {
  const path = normalized(source)
  const isThere = (candidate: string): boolean =>
    candidate === '/' || [...files.keys()].some((known) => isWithin(known, candidate))
  if (!/[*?[]/.test(path)) {
    if (isThere(path)) return [path]
    throw onLine(instruction, `\`${source}\` is not there, or an ignore file leaves it out`)
  }
  const expression = patternOf(instruction, path)
  const parts = path.split('/').length
  const candidates = new Set([...files.keys()].map((known) => known.split('/').slice(0, parts).join('/')))
  const found = [...candidates].filter((candidate) => expression.test(candidate.slice(1))).toSorted()
  if (found.length === 0) throw onLine(instruction, `nothing fits \`${source}\`, or an ignore file leaves it out`)
  return found
}

function patternOf(instruction: Instruction, path: string): ReturnType<typeof pathPattern> {
  try {
    return pathPattern(path)
  } catch (error) {
    throw error instanceof MalformedPattern ? onLine(instruction, error.message) : error
  }
}

/** What `--chown` and `--chmod` make of each file. */
function changesOf(instruction: Instruction, variables: Variables): (node: FileNode) => FileNode {
  const flag = (name: string): string | undefined => {
    const found = instruction.flags.find((given) => given.name === name)
    return found && wordsOf(found.value, variables).join(' ')
  }
  const owner = flag('chown')
  const mode = flag('chmod')
  if (mode !== undefined && !/^0?[0-7]{3,4}$/.test(mode))
    throw onLine(instruction, `the fake understands numbers for \`--chmod\`, such as 755, and not \`${mode}\``)
  const changes: Partial<Owner> = owner === undefined ? {} : ownerOf(instruction, owner)
  return (node) => ({
    ...node,
    ...changes,
    ...(mode !== undefined && node.type !== 'symlink' && { mode: Number.parseInt(mode, 8) }),
  })
}

function ownerOf(instruction: Instruction, text: string): Owner {
  const number = (name: string): number => {
    const found = /^\d+$/.test(name) ? Number(name) : knownUsers[name]
    if (found === undefined)
      throw onLine(instruction, `the fake knows users by their numbers, root and nobody, and not \`${name}\``)
    return found
  }
  const [user = '', group = user] = text.split(':')
  return { userId: number(user), groupId: number(group) }
}
