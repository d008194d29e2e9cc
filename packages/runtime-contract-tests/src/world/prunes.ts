import { matchesLabels, type Runtime } from '@moorage/runtime-core'
import { checkFilter, type Guard } from './guard.ts'
import { strangerLabel } from './labels.ts'
import { isOurs } from './ownership.ts'
import { inspect, list, type Kind, type Row } from './sight.ts'

export type PruneMethod = 'pruneContainers' | 'pruneImages' | 'pruneNetworks' | 'pruneVolumes'

const kindOf = {
  pruneContainers: 'container',
  pruneImages: 'image',
  pruneNetworks: 'network',
  pruneVolumes: 'volume',
} as const satisfies Record<PruneMethod, Kind>

/**
 * What a prune is called with is all that can be checked before it: that the list of its kind leaves others out, and, unless the
 * engine may be pruned, that nothing idle is there that a prune without regard to labels would remove.
 */
export async function checkPrune(
  guard: Guard,
  method: PruneMethod,
  filter: { readonly labels?: Readonly<Record<string, string>> } | undefined,
): Promise<void> {
  const kind = kindOf[method]
  const labels = filter?.labels ?? {}
  if (Object.keys(labels).length > 0) {
    if (!matchesLabels(labels, { labels: guard.marks.labels }))
      throw new Error(`${method} without the labels of the case`)
    await checkFilter(guard, kind, labels)
  }
  if (guard.mayPrune) return
  const idle = await firstIdleStranger(guard, kind)
  if (idle === undefined) return
  guard.notTestable = `${kind} ${idle} is idle: ${method} is called beside it only with \`mayPrune\``
  throw new Error(guard.notTestable)
}

/** A resource of others that no container uses, as its name. */
async function firstIdleStranger({ keeper, marks, strangerMark }: Guard, kind: Kind): Promise<string | undefined> {
  const isUsed = await usage(keeper, kind)
  for (const row of await list(keeper, kind, {})) {
    const sight = await inspect(keeper, kind, row.id)
    if (sight === undefined || (await isUsed(row))) continue
    const standsBy = strangerMark !== undefined && sight.labels[strangerLabel] === strangerMark
    if (standsBy || (await isOurs(keeper, sight, marks))) continue
    return sight.name
  }
  return undefined
}

/** Networks that every engine has by itself are never pruned. */
const builtIn: ReadonlySet<string> = new Set(['bridge', 'host', 'none', 'podman'])

async function usage(keeper: Runtime, kind: Kind): Promise<(row: Row) => boolean | Promise<boolean>> {
  const containers = await keeper.listContainers()
  switch (kind) {
    case 'container': {
      const idle = new Set(containers.filter(({ status }) => isIdle(status)).map(({ id }) => id))
      return ({ id }) => !idle.has(id)
    }
    case 'image': {
      const used = new Set(containers.map(({ imageId }) => imageId))
      return ({ id }) => used.has(id)
    }
    case 'network':
      return async ({ id, name }) => builtIn.has(name) || (await keeper.inspectNetwork(id)).containerIds.length > 0
    case 'volume': {
      const details = await Promise.all(containers.map(({ id }) => keeper.inspectContainer(id).catch(() => undefined)))
      const used = new Set(details.flatMap((container) => container?.mounts.map(({ source }) => source) ?? []))
      return ({ name }) => used.has(name)
    }
  }
}

function isIdle(status: string): boolean {
  return status === 'created' || status === 'exited' || status === 'dead'
}
