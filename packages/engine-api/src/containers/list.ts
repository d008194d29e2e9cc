import { matchesLabels, type CallOptions, type ContainerFilter, type ContainerSummary } from '@moorage/runtime-core'
import type { EngineClient } from '../client/client.ts'
import { labelFilter } from '../client/filters.ts'
import { withSignal } from '../client/signals.ts'
import { perform } from '../errors/failure.ts'
import { containerSummary } from './details.ts'
import { findJson } from './inspect.ts'
import type { ContainerRowJson } from './json.ts'

/**
 * `GET /containers/json?all=true`. The engine narrows the list down; what it takes for patterns, or for any value, is
 * decided here.
 */
export async function listContainers(
  client: EngineClient,
  filter: ContainerFilter,
  { signal }: CallOptions = {},
): Promise<readonly ContainerSummary[]> {
  return perform({ client, operation: 'listContainers' }, {}, async () => {
    const endpoints = await client.endpoints()
    const filters = { ...labelFilter(filter), ...(filter.name !== undefined && { name: [filter.name] }) }
    const answer: unknown = await endpoints.listContainers(withSignal(signal, { all: true, filters }))
    const found = (answer as readonly ContainerRowJson[])
      .map((row) => containerSummary(row, client.dialect))
      .filter((container) => matches(container, filter))
    return newestFirst(client, found, signal)
  })
}

function matches(container: ContainerSummary, filter: ContainerFilter): boolean {
  return (
    (filter.name === undefined || container.name === filter.name) &&
    (filter.status === undefined || filter.status.includes(container.status)) &&
    matchesLabels(container.labels, filter)
  )
}

/** Lists know whole seconds only: those of one second are told apart by what inspect says. */
async function newestFirst(
  client: EngineClient,
  containers: readonly ContainerSummary[],
  signal?: AbortSignal,
): Promise<readonly ContainerSummary[]> {
  const seconds = new Map<string, number>()
  for (const { createdAt } of containers) seconds.set(createdAt, (seconds.get(createdAt) ?? 0) + 1)
  const precise = await Promise.all(
    containers.map(async (container) => {
      if (seconds.get(container.createdAt) === 1) return container
      const json = await findJson(client, container.id, signal)
      return { ...container, createdAt: json?.Created ?? container.createdAt }
    }),
  )
  return precise.sort((one, other) => compareTimes(other.createdAt, one.createdAt))
}

/** RFC 3339 in UTC with any number of decimals: the shorter is padded, so that text order is time order. */
function compareTimes(one: string, other: string): number {
  const [left, right] = [sortable(one), sortable(other)]
  return left < right ? -1 : left > right ? 1 : 0
}

function sortable(time: string): string {
  const utc = time.endsWith('Z') ? time : utcOf(time)
  const [seconds = '', decimals = ''] = utc.slice(0, -1).split('.')
  return `${seconds}.${decimals.padEnd(9, '0')}`
}

/** An engine in another time zone writes an offset; the decimals are not touched by it. */
function utcOf(time: string): string {
  const decimals = /\.(\d+)/.exec(time)?.[1] ?? ''
  const whole = new Date(time.replace(/\.\d+/, '')).toISOString().slice(0, 19)
  return `${whole}.${decimals}Z`
}
