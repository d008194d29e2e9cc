import { perform, type EngineClient } from '@moorage/engine-api'
import { unsupported, type CallOptions, type ContainerSpec } from '@moorage/runtime-core'
import type { Difference } from './difference.ts'

/** A field that Podman's Docker-compatible create takes and drops in silence. */
interface DroppedField {
  readonly field: keyof ContainerSpec | 'namespaces.user'
  /** Whether this engine would drop what is asked for. */
  readonly isDropped: (spec: ContainerSpec, engine: PodmanTraits) => boolean
  readonly what: string
  readonly forcedBy: string
}

export interface PodmanTraits {
  readonly rootless: boolean
  /** The OCI runtime that it uses, whatever a container asks for; a name or a path. */
  readonly ociRuntime: string
}

const dropped: readonly DroppedField[] = [
  {
    field: 'gpus',
    isDropped: ({ gpus }) => gpus !== undefined,
    what: 'GPUs are dropped in silence.',
    forcedBy: 'containers/spec/gpus-is-honoured-or-refused',
  },
  {
    field: 'ociRuntime',
    isDropped: ({ ociRuntime }, engine) => ociRuntime !== undefined && ociRuntime !== baseName(engine.ociRuntime),
    what: 'The OCI runtime is dropped in silence.',
    forcedBy: 'containers/spec/ociRuntime-is-honoured-or-refused',
  },
  {
    field: 'namespaces.user',
    isDropped: ({ namespaces }, { rootless }) => namespaces?.user === 'keep-id' && !rootless,
    what: '`keep-id` is dropped in silence for root.',
    forcedBy: 'containers/spec/namespaces-user-is-honoured-or-refused',
  },
  {
    field: 'ulimits',
    isDropped: ({ ulimits = [] }, { rootless }) => ulimits.length > 0 && rootless,
    what: 'The resource limits of processes are dropped in silence for an ordinary user.',
    forcedBy: 'containers/spec/ulimits-is-honoured-or-refused',
  },
]

/** Refuses what would be dropped. */
export function refuseDroppedFields(spec: ContainerSpec, engine: PodmanTraits): void {
  const found = dropped.find(({ isDropped }) => isDropped(spec, engine))
  if (found !== undefined) throw unsupported('createContainer', { field: `spec.${found.field}` }, 'podman')
}

/** `GET /info`. */
export async function podmanTraits(client: EngineClient, { signal }: CallOptions = {}): Promise<PodmanTraits> {
  const asked = perform({ client, operation: 'open runtime' }, {}, () =>
    client.json({ path: '/info', ...(signal && { signal }) }),
  )
  const info = (await asked) as { readonly Rootless?: boolean; readonly DefaultRuntime?: string }
  return { rootless: info.Rootless ?? false, ociRuntime: info.DefaultRuntime ?? '' }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export const droppedFieldDifferences: readonly Difference[] = dropped.map(({ what, forcedBy }) => ({
  what,
  seenOn: '5.4',
  forcedBy,
}))
