import { resolve } from 'node:path'
import type { ComposeDownOptions, ComposeProject, ComposeUpOptions } from '@moorage/runtime-core'

/** Where relative paths of a project begin. */
export function projectFolder({ workingDirectory }: ComposeProject): string {
  return resolve(workingDirectory ?? '.')
}

/**
 * What stands before the verb. Values are joined to their flags and paths are absolute, so that nothing that begins with a
 * dash becomes an option, and no file is read from stdin.
 */
export function projectArguments(project: ComposeProject): readonly string[] {
  const folder = projectFolder(project)
  const { files = [], envFiles = [], profiles = [], projectName, workingDirectory } = project
  return [
    ...(projectName === undefined ? [] : [`--project-name=${projectName}`]),
    ...(workingDirectory === undefined ? [] : [`--project-directory=${folder}`]),
    ...files.map((file) => `--file=${resolve(folder, file)}`),
    ...envFiles.map((file) => `--env-file=${resolve(folder, file)}`),
    ...profiles.map((profile) => `--profile=${profile}`),
  ]
}

/** Without compose's own `--wait`, which takes a job that has ended well for a failure. */
export function upArguments(options: ComposeUpOptions & { readonly forceRecreate?: boolean }): readonly string[] {
  const { services = [], noRecreate = false, forceRecreate = false, build, pullPolicy } = options
  return [
    'up',
    '--detach',
    ...(noRecreate ? ['--no-recreate'] : forceRecreate ? ['--force-recreate'] : []),
    ...(build === undefined ? [] : [build === 'always' ? '--build' : '--no-build']),
    ...(pullPolicy === undefined ? [] : [`--pull=${pullPolicy}`]),
    '--',
    ...services,
  ]
}

/** Stops containers in the order of their dependencies, and runs their hooks. */
export function stopArguments({ timeoutMs }: ComposeDownOptions): readonly string[] {
  return ['stop', ...timeoutArguments(timeoutMs)]
}

export function downArguments(options: Omit<ComposeDownOptions, 'removeImages'>): readonly string[] {
  const { removeVolumes = false, removeOrphans = false, timeoutMs } = options
  return [
    'down',
    ...(removeVolumes ? ['--volumes'] : []),
    ...(removeOrphans ? ['--remove-orphans'] : []),
    ...timeoutArguments(timeoutMs),
  ]
}

function timeoutArguments(timeoutMs: number | undefined): readonly string[] {
  return timeoutMs === undefined ? [] : [`--timeout=${Math.ceil(timeoutMs / 1000)}`]
}
