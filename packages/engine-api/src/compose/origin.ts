import { realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path'
import type { ComposeProject } from '@moorage/runtime-core'
import { projectFolder } from './arguments.ts'

type Labels = Readonly<Record<string, string>>

/** Compose labels containers with both; networks and volumes have neither. */
const folderLabel = 'com.docker.compose.project.working_dir'
const filesLabel = 'com.docker.compose.project.config_files'

/** The folder and the files that distinguish a project from another one of the same name. */
interface ProjectOrigin {
  readonly folder: string
  /** False where compose searches for its files: it may find them above the folder, or below it through a `.env` file. */
  readonly isExact: boolean
  readonly files: ReadonlySet<string>
}

/** What identifies a project besides its name; a name that the caller chose is deliberate, that of a folder may be another folder's too. */
export function identityOf(project: ComposeProject): ComposeProject | undefined {
  return project.projectName === undefined ? project : undefined
}

/** Whether a call identifies its project by the name alone: then compose reads no files. */
export function isNameOnly({ files = [], projectName, workingDirectory }: ComposeProject): boolean {
  return projectName !== undefined && files.length === 0 && workingDirectory === undefined
}

export async function projectOrigin(project: ComposeProject): Promise<ProjectOrigin> {
  const { files = [], workingDirectory } = project
  const folder = projectFolder(project)
  const [first, ...rest] = files.map((file) => resolve(folder, file))
  const isExact = workingDirectory !== undefined || first !== undefined
  // Without a project directory compose takes the folder of the first file.
  const own = workingDirectory === undefined && first !== undefined ? dirname(first) : folder
  const resolved = first === undefined ? [] : await Promise.all([first, ...rest].map(realPath))
  return { folder: await realPath(own), isExact, files: new Set(resolved) }
}

/** Whether a container of the project's name comes from another folder and other files. */
export async function isOfAnotherProject(labels: Labels, origin: ProjectOrigin): Promise<boolean> {
  const labelled = labels[folderLabel]
  if (labelled === undefined) return false
  const folder = await realPath(labelled)
  if (folder === origin.folder) return false
  if (!origin.isExact && (isWithin(folder, origin.folder) || isWithin(origin.folder, folder))) return false
  const files = await Promise.all((labels[filesLabel] ?? '').split(',').map(realPath))
  return !files.some((file) => origin.files.has(file))
}

export function folderOf(labels: Labels): string {
  return labels[folderLabel] ?? 'an unknown folder'
}

/** Whether compose took the name from the folder, so that another folder may share it by accident. */
export async function isNamedByFolder(project: ComposeProject, name: string): Promise<boolean> {
  if (project.projectName !== undefined) return false
  const { folder } = await projectOrigin(project)
  return normalized(basename(folder)) === name
}

/** As compose turns the name of a folder into the name of a project. */
function normalized(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^-_a-z0-9]/g, '')
    .replace(/^[-_]+/, '')
}

function isWithin(inner: string, outer: string): boolean {
  const path = relative(outer, inner)
  return !path.startsWith('..') && !isAbsolute(path)
}

/** The path itself where nothing is there any more. */
function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => path)
}
