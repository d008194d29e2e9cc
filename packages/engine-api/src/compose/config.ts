import { RuntimeError, type ComposeModel, type ComposeProject } from '@moorage/runtime-core'
import type { AttachedFiles } from './attached-files.ts'
import { currentSecrets } from '../errors/call-secrets.ts'
import type { ComposeRunner } from './cli.ts'
import { composeFailed } from './failures.ts'

export type ResolvedModel = ComposeModel & AttachedFiles

/** `compose config`: the files merged, with everything filled in; of the given services and what they depend on, if any are. */
export async function composeConfig(
  cli: ComposeRunner,
  project: ComposeProject,
  signal: AbortSignal | undefined,
  operation = 'composeConfig',
  services: readonly string[] = [],
): Promise<ResolvedModel> {
  const verb = ['config', '--format=json', ...(services.length > 0 ? ['--', ...services] : [])]
  const text = await cli.run({ operation, project, verb, signal })
  try {
    const written = JSON.parse(unescapedDollars(text)) as Partial<ResolvedModel>
    const model = {
      name: written.name ?? '',
      services: written.services ?? {},
      networks: written.networks ?? {},
      volumes: written.volumes ?? {},
      secrets: written.secrets ?? {},
      configs: written.configs ?? {},
    }
    currentSecrets()?.addPublic(namesIn(model))
    return model
  } catch {
    throw new RuntimeError('PROTOCOL_ERROR', {
      message: `${operation}: what compose writes as its configuration is no JSON. Check which program \`docker compose\` is.`,
      operation,
      details: {},
    })
  }
}

/** What errors have to name, also where it was filled in from a variable. */
function namesIn({ name, services, networks, volumes }: ResolvedModel): readonly string[] {
  const named = Object.values(services).map((service) => service['container_name'])
  const keys = [services, networks, volumes].flatMap((group) => Object.keys(group))
  return [name, ...keys, ...named.filter((each) => typeof each === 'string')]
}

/** Compose doubles every dollar of what it writes, so that its output is a file for compose again. */
function unescapedDollars(text: string): string {
  const runs = text.match(/\$+/g) ?? []
  return runs.every(({ length }) => length % 2 === 0) ? text.replaceAll('$$', '$') : text
}

/** As `composeConfig`; a profile that no service has is refused, which compose itself takes for one with nothing in it. */
export async function checkedConfig(
  cli: ComposeRunner,
  project: ComposeProject,
  signal: AbortSignal | undefined,
  operation = 'composeConfig',
  services: readonly string[] = [],
): Promise<ResolvedModel> {
  const model = await composeConfig(cli, project, signal, operation, services)
  const wanted = (project.profiles ?? []).filter((profile) => profile !== '*')
  const used = profilesOf(model.services)
  if (wanted.every((profile) => used.includes(profile))) return model
  const known = await listed(cli, project, '--profiles', signal, operation)
  const unknown = wanted.find((profile) => !known.includes(profile))
  if (unknown === undefined) return model
  const names = known.toSorted().map((profile) => `\`${profile}\``)
  const text = `no service has the profile \`${unknown}\`; ${names.length === 0 ? 'none has any' : `there are ${names.join(', ')}`}`
  throw composeFailed({ operation, kind: 'unknown-profile', text, profile: unknown, arguments: [], lastLines: [] })
}

function profilesOf(services: ComposeModel['services']): readonly string[] {
  return Object.values(services).flatMap(({ profiles }) => (Array.isArray(profiles) ? profiles.map(String) : []))
}

/** The services, or the profiles, one a line; unlike the model, they need no env files. */
async function listed(
  cli: ComposeRunner,
  project: ComposeProject,
  what: '--services' | '--profiles',
  signal: AbortSignal | undefined,
  operation: string,
): Promise<readonly string[]> {
  const text = await cli.run({ operation, project, verb: ['config', what], signal })
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
}

export function serviceNames(
  cli: ComposeRunner,
  project: ComposeProject,
  signal: AbortSignal | undefined,
  operation: string,
): Promise<readonly string[]> {
  return listed(cli, project, '--services', signal, operation)
}

/** The name under which everything of the project is found. */
export async function projectNameOf(
  cli: ComposeRunner,
  project: ComposeProject,
  operation: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  return project.projectName ?? (await composeConfig(cli, project, signal, operation)).name
}
