import type { CallOptions, NetworkDetails, NetworkFilter, NetworkSummary } from '@moorage/runtime-core'
import { matchesLabels } from '@moorage/runtime-core'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { labelFilter } from '../client/filters.ts'
import { withSignal } from '../client/signals.ts'
import { perform, type Call } from '../errors/failure.ts'

/** The part of `GET /networks/{id}` that is used here. */
export interface NetworkJson {
  readonly Id: string
  readonly Name: string
  readonly Driver: string
  readonly Created: string
  readonly Internal?: boolean
  readonly EnableIPv6?: boolean
  readonly IPAM?: { readonly Config?: readonly { readonly Subnet?: string; readonly Gateway?: string }[] | null } | null
  readonly Options?: Readonly<Record<string, string>> | null
  readonly Labels?: Readonly<Record<string, string>> | null
  readonly Containers?: Readonly<Record<string, unknown>> | null
}

export function networkCall(client: EngineClient, operation: string, id: string): Call {
  return { client, operation, resource: { kind: 'network', id } }
}

export const missingNetwork = { 404: 'NETWORK_NOT_FOUND' } as const

export async function networkJson(client: EngineClient, id: string, signal?: AbortSignal): Promise<NetworkJson> {
  const endpoints = await client.endpoints()
  // It takes options, which its types do not know.
  const network: { inspect(options: object): Promise<unknown> } = endpoints.getNetwork(id)
  return (await network.inspect(withSignal(signal, {}))) as NetworkJson
}

/** The same, or `undefined` when there is none. */
export async function findNetworkJson(
  client: EngineClient,
  id: string,
  signal?: AbortSignal,
): Promise<NetworkJson | undefined> {
  try {
    return await networkJson(client, id, signal)
  } catch (error) {
    if (isAnswer(error, 404)) return undefined
    throw error
  }
}

export async function inspectNetwork(
  client: EngineClient,
  id: string,
  options: CallOptions = {},
): Promise<NetworkDetails> {
  return perform(networkCall(client, 'inspectNetwork', id), missingNetwork, async () =>
    networkDetails(await networkJson(client, id, options.signal)),
  )
}

/** `GET /networks`. */
export async function listNetworks(
  client: EngineClient,
  filter: NetworkFilter,
  { signal }: CallOptions = {},
): Promise<readonly NetworkSummary[]> {
  return perform({ client, operation: 'listNetworks' }, {}, async () => {
    const endpoints = await client.endpoints()
    const filters = { ...labelFilter(filter), ...(filter.name !== undefined && { name: [filter.name] }) }
    const answer: unknown = await endpoints.listNetworks(withSignal(signal, { filters }))
    return (answer as readonly NetworkJson[])
      .map((json) => {
        const { containerIds: _attached, ...summary } = networkDetails(json)
        return summary
      })
      .filter(
        ({ name, labels }) => (filter.name === undefined || name === filter.name) && matchesLabels(labels, filter),
      )
  })
}

export function networkDetails(json: NetworkJson): NetworkDetails {
  return {
    id: json.Id,
    name: json.Name,
    driver: json.Driver,
    internal: json.Internal ?? false,
    ipv6: json.EnableIPv6 ?? false,
    subnets: (json.IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet === undefined ? [] : [Subnet])),
    options: json.Options ?? {},
    labels: json.Labels ?? {},
    createdAt: json.Created,
    containerIds: Object.keys(json.Containers ?? {}),
  }
}
