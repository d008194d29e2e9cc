import type { ComposeProject, ContainerSummary } from '@moorage/runtime-core'
import { serviceOf } from './belongings.ts'
import { composeFailed } from './failures.ts'
import { folderOf, isNamedByFolder } from './origin.ts'

export interface SharedName {
  readonly operation: string
  readonly projectName: string
  readonly services: readonly string[]
  /** The containers of another project of the same name. */
  readonly others: readonly ContainerSummary[]
}

/**
 * What to do about services that have containers of another project of the same name, which compose would recreate as this
 * project's. Where the name comes from the folder, `composeUp` rejects; a name that the caller chose takes them over, and
 * they have to be recreated so that they carry the labels of this project.
 */
export async function takesOver(
  project: ComposeProject,
  { operation, projectName, services, others }: SharedName,
): Promise<boolean> {
  const taken = others.find((container) => services.includes(serviceOf(container)))
  if (taken === undefined) return false
  if (!(await isNamedByFolder(project, projectName))) return true
  throw composeFailed({
    operation,
    kind: 'name-in-use',
    text: `the container \`${taken.name}\` belongs to another project named \`${projectName}\`, in ${folderOf(taken.labels)}`,
    advice: 'Pass another `projectName`; or take that project down first, with its folder as `workingDirectory`.',
    arguments: ['up'],
    lastLines: [],
    service: serviceOf(taken),
  })
}
