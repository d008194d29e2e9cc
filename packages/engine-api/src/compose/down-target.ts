import { lstat } from 'node:fs/promises'
import { delimiter, resolve } from 'node:path'
import { RuntimeError, type ComposeModel, type ComposeProject } from '@moorage/runtime-core'
import { errorCode } from '../transport/errors.ts'
import { projectFolder } from './arguments.ts'
import type { ComposeRunner } from './cli.ts'
import { composeConfig, serviceNames } from './config.ts'
import { composeFailed } from './failures.ts'
import { isNameOnly } from './origin.ts'

export const operation = 'composeDown'

/** What a `composeDown` is about. */
export interface DownTarget {
  readonly projectName: string
  /** What identifies its containers besides the name; absent where the name alone is given. */
  readonly identity?: ComposeProject
  /** Absent where the name alone is given, or the files do not exist any more. */
  readonly files?: ProjectFiles
  /** Why there are no `files`, where some were given. */
  readonly unreadable?: Error
}

export interface ProjectFiles {
  readonly project: ComposeProject
  readonly model: ComposeModel
  /** Those of all profiles. */
  readonly services: ReadonlySet<string>
  /** The names on the engine, without external ones. */
  readonly networks: ReadonlySet<string>
  readonly volumes: ReadonlySet<string>
}

/**
 * Reads the files of the project if the call gives any. Where that fails, its name identifies it; but volumes go by the name
 * only once none of the files exists: one that exists, even beside a missing one, may declare them external.
 */
export async function downTarget(
  cli: ComposeRunner,
  project: ComposeProject,
  removeVolumes: boolean,
  signal: AbortSignal | undefined,
): Promise<DownTarget> {
  const { projectName } = project
  if (projectName !== undefined && isNameOnly(project)) return { projectName }
  try {
    const files = await readFiles(cli, project, signal)
    return { projectName: files.model.name, identity: project, files }
  } catch (error) {
    if (projectName === undefined || !RuntimeError.is(error, 'COMPOSE_FAILED')) throw error
    if (!removeVolumes || (await areGone(project, error))) return { projectName, identity: project, unreadable: error }
    const text = `${error.message} They may declare volumes external, so that nothing was removed`
    const advice =
      'Correct the files; or pass `projectName` without `files` and `workingDirectory`, which removes all volumes that carry the label of the project.'
    throw composeFailed({ operation, ...error.details, text, advice })
  }
}

async function readFiles(
  cli: ComposeRunner,
  project: ComposeProject,
  signal: AbortSignal | undefined,
): Promise<ProjectFiles> {
  const everyProfile = { ...project, profiles: ['*'] }
  const whole = await composeConfig(cli, everyProfile, signal, operation).catch((error: unknown) => {
    if (!RuntimeError.is(error, 'COMPOSE_FAILED')) throw error
    return undefined
  })
  // A service of a disabled profile may lack its env file.
  const model = whole ?? (await composeConfig(cli, project, signal, operation))
  const services =
    whole === undefined ? await serviceNames(cli, everyProfile, signal, operation) : Object.keys(whole.services)
  const { projectName: _, ...rest } = whole === undefined ? project : everyProfile
  return {
    // With `--project-name` and no `--file` compose would not read the files.
    project: { ...rest, env: { ...project.env, COMPOSE_PROJECT_NAME: model.name } },
    model,
    services: new Set(services),
    networks: ownNames(model.networks),
    volumes: ownNames(model.volumes),
  }
}

function ownNames(resources: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const names = Object.values(resources).flatMap((resource) => {
    const { name, external } = Object(resource) as { readonly name?: unknown; readonly external?: unknown }
    return typeof name === 'string' && (external === undefined || external === false) ? [name] : []
  })
  return new Set(names)
}

/** Where compose searches when no file is named. */
const searchedNames = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml']

/**
 * Whether none of the project's files exists any more: of those that the call names, or, where it names none, of those that
 * compose searches for. A file that exists beside a missing one may declare volumes external.
 */
async function areGone(project: ComposeProject, { details }: RuntimeError<'COMPOSE_FAILED'>): Promise<boolean> {
  if (details.kind !== 'missing-file') return false
  const folder = projectFolder(project)
  const named = namedFiles(project)
  // A file that the call does not name: an `.env` file, or a compose file, refers to it.
  if (named.length === 0 && (details.files ?? []).some((file) => file !== folder)) return false
  const paths = named.length === 0 ? searchedNames : named
  const missing = await Promise.all(paths.map((path) => isMissing(resolve(folder, path))))
  return !named.some(isRemote) && missing.every(Boolean)
}

function namedFiles({ files = [], env = {} }: ComposeProject): readonly string[] {
  if (files.length > 0) return files
  const { COMPOSE_FILE: list = '', COMPOSE_PATH_SEPARATOR: separator = delimiter } = env
  return list.split(separator === '' ? delimiter : separator).filter((path) => path !== '')
}

/** `https://…`, `oci://…`, `git@…`: nothing on this machine shows whether it exists. */
function isRemote(path: string): boolean {
  return /^[a-z][\w+.-]+:|^[^/]+@[^/]+:/i.test(path)
}

/** A link to nothing exists, and so does what this process is not allowed to see. */
function isMissing(path: string): Promise<boolean> {
  return lstat(path).then(
    () => false,
    (error: unknown) => ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? ''),
  )
}
