import type { CallOptions, ComposeProject, ComposeService, RuntimeAdapter } from '@moorage/runtime-core'
import { ComposeCli } from './cli.ts'
import { checkedConfig, projectNameOf } from './config.ts'
import { composeDown } from './down.ts'
import { composeLogs } from './logs.ts'
import { projectServices } from './services.ts'
import type { EngineMethods } from './engine-methods.ts'
import { identityOf } from './origin.ts'
import { Turns } from './turns.ts'
import { composeUp, type UpOptions } from './up.ts'
import type { EngineClient } from '../client/client.ts'

export interface ComposeOptions extends UpOptions {
  /** What compose needs for this engine besides its address. */
  readonly environment: Readonly<Record<string, string>>
}

type ComposeMethods = Required<
  Pick<
    RuntimeAdapter,
    'composeUp' | 'composeDown' | 'findComposeContainer' | 'composePs' | 'composeLogs' | 'composeConfig'
  >
>

type ServicesOf = (
  project: ComposeProject,
  operation: string,
  signal: AbortSignal | undefined,
) => Promise<readonly ComposeService[]>

/** The compose methods of an engine: the verbs through compose's own command, the looking through the engine's API. */
export interface Compose {
  readonly methods: ComposeMethods
  /** The version of the command; `undefined` where there is none. */
  readonly version: (options: CallOptions) => Promise<string | undefined>
  readonly close: () => Promise<void>
}

export function createCompose(client: EngineClient, engine: EngineMethods, options: ComposeOptions): Compose {
  const cli = new ComposeCli(client, options.environment)
  const turns = new Turns()
  const isLocal = client.transport.endpoint.kind === 'unix'
  const servicesOf: ServicesOf = async (project, operation, signal) => {
    const projectName = await projectNameOf(cli, project, operation, signal)
    return projectServices(engine, projectName, identityOf(project), signal)
  }
  const methods: ComposeMethods = {
    composeUp: (project, given = {}) => composeUp(cli, engine, turns, project, given, { ...options, isLocal }),
    composeDown: (project, given = {}) => composeDown(cli, engine, turns, project, given),
    async findComposeContainer(project, service, { signal } = {}) {
      const containers = await servicesOf(project, 'findComposeContainer', signal)
      return containers.find((one) => one.service === service && one.status === 'running')
    },
    async composePs(project, { signal } = {}) {
      return servicesOf(project, 'composePs', signal)
    },
    composeLogs: (project, given = {}) =>
      composeLogs(engine, () => servicesOf(project, 'composeLogs', given.signal), given),
    async composeConfig(project, { signal } = {}) {
      const { name, services, networks, volumes } = await checkedConfig(cli, project, signal)
      return { name, services, networks, volumes }
    },
  }
  return {
    methods,
    version: async ({ signal }) => {
      const provider = await cli.provider('info', signal).catch(() => undefined)
      signal?.throwIfAborted()
      return provider?.version
    },
    close: () => cli.close(),
  }
}
