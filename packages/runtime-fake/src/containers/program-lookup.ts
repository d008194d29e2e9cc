import type { ExecStartFailure } from '@moorage/runtime-core'
import { normalized, type FileSystem } from '../engine/files.ts'
import type { ContainerRecord } from '../engine/records.ts'
import type { Program } from '../programs/program.ts'

/** What a process is to be. */
export interface ProcessWish {
  readonly argv: readonly string[]
  readonly user: string
  readonly workingDirectory: string
}

/** Why there can be no such process, with the exit code that a shell would give for it. */
export interface StartRefusal {
  readonly reason: ExecStartFailure
  readonly exitCode: number
  readonly text: string
}

const programFolders = ['/bin', '/usr/bin', '/sbin', '/usr/sbin', '/usr/local/bin']

/** The program that plays the process, or why none can. */
export function findProgram(
  container: ContainerRecord,
  files: FileSystem,
  wish: ProcessWish,
): { readonly program: Program } | { readonly refusal: StartRefusal } {
  const [name = ''] = wish.argv
  if (!hasUser(container, wish.user)) return refuse('user', `unable to find user ${wish.user}`)
  if (files.lookup(files.resolve(wish.workingDirectory))?.type !== 'directory') {
    return refuse('working-directory', `the directory ${wish.workingDirectory} does not exist`)
  }
  const programs = container.image.spec.programs ?? {}
  const program = programs[name] ?? programInFolder(programs, name)
  if (program !== undefined) return { program }
  const path = name.includes('/') ? normalized(`${wish.workingDirectory}/${name}`) : ''
  if (path !== '' && files.lookup(name.startsWith('/') ? name : path) !== undefined) {
    return refuse('not-executable', `${name}: permission denied`)
  }
  const known = Object.keys(programs).toSorted()
  const there = known.length === 0 ? 'has none' : `has ${known.join(', ')}`
  return refuse(
    'not-found',
    `the image has no program \`${name}\` (it ${there}). Register one in the image's \`programs\``,
  )
}

function refuse(reason: ExecStartFailure, text: string): { readonly refusal: StartRefusal } {
  return { refusal: { reason, exitCode: reason === 'not-found' ? 127 : 126, text } }
}

function programInFolder(programs: Readonly<Record<string, Program>>, path: string): Program | undefined {
  const slash = path.lastIndexOf('/')
  return programFolders.includes(path.slice(0, slash)) ? programs[path.slice(slash + 1)] : undefined
}

function hasUser({ image }: ContainerRecord, user: string): boolean {
  const [name = ''] = user.split(':')
  return name === '' || /^\d+$/.test(name) || ['root', 'nobody', ...(image.spec.users ?? [])].includes(name)
}
