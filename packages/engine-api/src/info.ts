import type { CallOptions, RuntimeInfo } from '@moorage/runtime-core'
import type { EngineClient } from './client/client.ts'
import type { EngineIdentity } from './dialect/dialect.ts'
import { perform } from './errors/failure.ts'
import { formatEndpoint } from './transport/endpoint.ts'

/** The part of `GET /info` that is used here. */
interface InfoJson extends EngineIdentity {
  readonly ServerVersion: string
  readonly OSType?: string
  readonly Architecture: string
  readonly CgroupVersion?: string
  readonly SecurityOptions?: readonly string[] | null
  readonly Rootless?: boolean
}

/** `GET /info`. */
export async function engineInfo(client: EngineClient, { signal }: CallOptions = {}): Promise<RuntimeInfo> {
  return perform({ client, operation: 'info' }, {}, async () => {
    const info = (await client.json({ path: '/info', ...(signal && { signal }) })) as InfoJson
    const rootless = info.Rootless ?? (info.SecurityOptions ?? []).some((option) => option.includes('name=rootless'))
    return {
      backend: client.dialect.backend,
      engineId: client.dialect.engineId(info),
      engineName: client.dialect.engineName,
      engineVersion: info.ServerVersion,
      apiVersion: client.apiVersion,
      operatingSystem: info.OSType ?? 'linux',
      architecture: architecture(info.Architecture),
      rootless,
      ...(info.CgroupVersion !== undefined && { cgroupVersion: info.CgroupVersion }),
      endpoint: formatEndpoint(client.transport.endpoint),
    }
  })
}

/** Docker says it as `uname` does, images and platforms as Go does. */
function architecture(name: string): string {
  const known: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64', armv7l: 'arm', i686: '386' }
  return known[name] ?? name
}
