import type { CallOptions, RuntimeInfo } from '@moorage/runtime-core'
import type { EngineClient } from './client/client.ts'
import { isRecord, malformed } from './client/shapes.ts'
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
    const info = infoJson(await client.json({ path: '/info', ...(signal && { signal }) }))
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

function infoJson(answer: unknown): InfoJson {
  if (!isInfo(answer)) throw malformed('GET /info', 'the texts `ServerVersion` and `Architecture`')
  return answer
}

function isInfo(answer: unknown): answer is InfoJson {
  return isRecord(answer) && isText(answer['ServerVersion']) && isText(answer['Architecture'])
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

/** Docker says it as `uname` does, images and platforms as Go does. */
function architecture(name: string): string {
  const known: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64', armv7l: 'arm', i686: '386' }
  return known[name] ?? name
}
