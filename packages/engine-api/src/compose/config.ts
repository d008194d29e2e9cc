import { RuntimeError, type ComposeModel, type ComposeProject } from '@moorage/runtime-core'
import type { ComposeRunner } from './cli.ts'

/** `compose config`: the files merged, with everything filled in. */
export async function composeConfig(
  cli: ComposeRunner,
  project: ComposeProject,
  signal: AbortSignal | undefined,
  operation = 'composeConfig',
): Promise<ComposeModel> {
  const text = await cli.run({ operation, project, verb: ['config', '--format=json'], signal })
  try {
    const { name = '', services = {}, networks = {}, volumes = {} } = JSON.parse(text) as Partial<ComposeModel>
    return { name, services: services ?? {}, networks: networks ?? {}, volumes: volumes ?? {} }
  } catch (cause) {
    throw new RuntimeError('PROTOCOL_ERROR', {
      message: `${operation}: what compose writes as its configuration is no JSON. Check which program \`docker compose\` is.`,
      operation,
      details: {},
      cause,
    })
  }
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
