import type { RuntimeAdapter } from '@moorage/runtime-core'

/** The methods of an adapter that compose needs besides its own command. */
export type EngineMethods = Pick<
  RuntimeAdapter,
  | 'listContainers'
  | 'inspectContainer'
  | 'stopContainer'
  | 'removeContainer'
  | 'containerLogs'
  | 'inspectImage'
  | 'removeImage'
  | 'listNetworks'
  | 'removeNetwork'
  | 'listVolumes'
  | 'removeVolume'
>
