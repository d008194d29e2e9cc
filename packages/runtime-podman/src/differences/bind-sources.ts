import { perform, type EngineClient } from '@moorage/engine-api'
import type { CallOptions, ContainerSpec } from '@moorage/runtime-core'
import type { Difference } from './difference.ts'

/**
 * Podman's Docker-compatible create (5.4, 5.8) makes a directory of a bind source that is missing; libpod's own create
 * refuses it. So libpod is asked first, with a container of nothing but the mounts, which is removed at once.
 */
export async function requireBindSources(
  client: EngineClient,
  spec: ContainerSpec,
  { signal }: CallOptions = {},
): Promise<void> {
  const sources = (spec.mounts ?? []).flatMap((mount) => (mount.type === 'bind' ? [mount.source] : []))
  if (sources.length === 0) return
  const call = {
    client,
    operation: 'createContainer',
    ...(spec.name && { resource: { kind: 'container', id: spec.name } as const }),
  }
  const body = {
    image: spec.image,
    labels: spec.labels ?? {},
    mounts: sources.map((source, index) => ({ type: 'bind', source, destination: `/moorage-${index}` })),
  }
  await perform(call, { 404: 'IMAGE_NOT_FOUND', [missingSource]: 'PATH_NOT_FOUND' }, async () => {
    const made = await client.json({
      method: 'POST',
      path: '/libpod/containers/create',
      body,
      ...(signal && { signal }),
    })
    const { Id: id } = made as { readonly Id: string }
    const removal = await client.stream({
      method: 'DELETE',
      path: `/containers/${id}`,
      query: { force: true, v: true },
    })
    await removal.discard()
  })
}

/** What the dialect makes of libpod's 500 that says that a source is missing. */
export const missingSource = 412

export const bindSourceDifference: Difference = {
  what: 'A bind whose source is missing gets a new directory.',
  seenOn: '5.4, 5.8',
  forcedBy: 'containers/create/refuses-a-bind-whose-source-is-missing',
}
