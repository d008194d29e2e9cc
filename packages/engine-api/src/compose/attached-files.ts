import { stat } from 'node:fs/promises'
import { composeFailed } from './failures.ts'

/** A resolved model with what the interface of `composeConfig` leaves out. */
export interface AttachedFiles {
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly secrets: Readonly<Record<string, unknown>>
  readonly configs: Readonly<Record<string, unknown>>
}

/** Rejects if the file of a secret or config does not exist: some engines mount an empty folder in its place. */
export async function requireAttachedFiles(
  { services, secrets, configs }: AttachedFiles,
  wanted: readonly string[],
  operation: string,
): Promise<void> {
  for (const service of wanted) {
    const used = [
      ...pathsOf(services[service]?.['secrets'], secrets),
      ...pathsOf(services[service]?.['configs'], configs),
    ]
    for (const path of used) {
      const exists = await stat(path).then(
        () => true,
        () => false,
      )
      if (exists) continue
      const text = `the service \`${service}\` mounts ${path}, which does not exist`
      const advice = 'Create the file, or correct its path under `secrets` or `configs`.'
      const details = { kind: 'missing-file', files: [path], service, arguments: ['up'], lastLines: [] } as const
      throw composeFailed({ operation, text, advice, ...details })
    }
  }
}

function pathsOf(references: unknown, definitions: Readonly<Record<string, unknown>>): readonly string[] {
  if (!Array.isArray(references)) return []
  return references.flatMap((reference) => {
    const { source } = Object(reference) as { readonly source?: unknown }
    const { file } = Object(typeof source === 'string' ? definitions[source] : undefined) as { readonly file?: unknown }
    return typeof file === 'string' ? [file] : []
  })
}
