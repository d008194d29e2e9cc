import { unsupported, type ContainerSpec } from '@moorage/runtime-core'
import { compareVersions } from '../client/version.ts'
import type { EngineClient } from '../client/client.ts'

/** Refuses what this API cannot say, or what the engine would drop in silence. */
export function refuseUnsupported(client: EngineClient, spec: ContainerSpec): void {
  const refuse = (field: string): never => {
    throw unsupported('createContainer', { field }, client.dialect.backend)
  }
  spec.mounts?.forEach((mount, index) => {
    if (mount.type === 'volume' && mount.subpath !== undefined && !speaks(client, subpathSince)) {
      refuse(`spec.mounts[${index}].subpath`)
    }
  })
  if (spec.namespaces?.user === 'keep-id' && client.dialect.backend === 'docker') refuse('spec.namespaces.user')
}

/** Whether the engine takes several networks in one create. */
export function takesSeveralNetworks(client: EngineClient): boolean {
  return speaks(client, severalNetworksSince)
}

const subpathSince = '1.45'
const severalNetworksSince = '1.44'

function speaks(client: EngineClient, version: string): boolean {
  return compareVersions(client.apiVersion, version) >= 0
}
