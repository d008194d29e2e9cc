import { RuntimeError, type ComposeModel, type ComposeProject } from '@moorage/runtime-core'
import type { ComposeRunner } from './cli.ts'
import { composeFailed } from './failures.ts'

/** `compose config`: the files merged, with everything filled in. */
export async function composeConfig(
  cli: ComposeRunner,
  project: ComposeProject,
  signal: AbortSignal | undefined,
  operation = 'composeConfig',
): Promise<ComposeModel> {
  const text = await cli.run({ operation, project, verb: ['config', '--format=json'], signal })
  try {
    const {
      name = '',
      services = {},
      networks = {},
      volumes = {},
    } = JSON.parse(unescapedDollars(text)) as Partial<ComposeModel>
    return { name, services: services ?? {}, networks: networks ?? {}, volumes: volumes ?? {} }
  } catch {
    throw new RuntimeError('PROTOCOL_ERROR', {
      message: `${operation}: what compose writes as its configuration is no JSON. Check which program \`docker compose\` is.`,
      operation,
      details: {},
    })
  }
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
  wanted: readonly string[] = project.profiles ?? [],
): Promise<ComposeModel> {
  const model = await composeConfig(cli, project, signal, operation)
  const isMissing = (profile: string, { services }: ComposeModel): boolean =>
    profile !== '*' && !profilesOf(services).includes(profile)
  if (!wanted.some((profile) => isMissing(profile, model))) return model
  const whole = await composeConfig(cli, { ...project, profiles: ['*'] }, signal, operation)
  const unknown = wanted.find((profile) => isMissing(profile, whole))
  if (unknown === undefined) return model
  const known = profilesOf(whole.services).map((profile) => `\`${profile}\``)
  const text = `no service has the profile \`${unknown}\`; ${known.length === 0 ? 'none has any' : `there are ${known.join(', ')}`}`
  throw composeFailed({ operation, kind: 'unknown-profile', text, profile: unknown, arguments: [], lastLines: [] })
}

function profilesOf(services: ComposeModel['services']): readonly string[] {
  const all = Object.values(services).flatMap(({ profiles }) => (Array.isArray(profiles) ? profiles.map(String) : []))
  return [...new Set(all)].toSorted()
}

/** Of all enabled services; unlike the model, it needs no env files. */
export async function serviceNames(
  cli: ComposeRunner,
  project: ComposeProject,
  signal: AbortSignal | undefined,
  operation: string,
): Promise<readonly string[]> {
  const text = await cli.run({ operation, project, verb: ['config', '--services'], signal })
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
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
