import type { CallOptions, RuntimeAdapter } from '@moorage/runtime-core'
import { ComposeCli } from './cli.ts'
import { checkedConfig, projectNameOf } from './config.ts'
import { composeDown } from './down.ts'
import { composeLogs } from './logs.ts'
import { projectServices, type Looking } from './services.ts'
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

/** The compose methods of an engine: the verbs through compose's own command, the looking through the engine's API. */
export interface Compose {
  readonly methods: ComposeMethods
  /** The version of the command; `undefined` where there is none. */
  readonly version: (options: CallOptions) => Promise<string | undefined>
  readonly close: () => Promise<void>
}

export function createCompose(client: EngineClient, adapter: Looking, options: ComposeOptions): Compose {
  const cli = new ComposeCli(client, options.environment)
  const turns = new Turns()
  const methods: ComposeMethods = {
    composeUp: (project, given = {}) => composeUp(cli, adapter, turns, project, given, options),
    composeDown: (project, given = {}) => composeDown(cli, adapter, turns, project, given),
    async findComposeContainer(project, service, { signal } = {}) {
      const projectName = await projectNameOf(cli, project, 'findComposeContainer', signal)
      const containers = await projectServices(adapter, projectName, signal)
      return containers.find((one) => one.service === service && one.status === 'running')
    },
    async composePs(project, { signal } = {}) {
      return projectServices(adapter, await projectNameOf(cli, project, 'composePs', signal), signal)
    },
    composeLogs: (project, given = {}) =>
      composeLogs(adapter, () => projectNameOf(cli, project, 'composeLogs', given.signal), given),
    composeConfig: (project, { signal } = {}) => checkedConfig(cli, project, signal),
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
