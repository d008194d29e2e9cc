import {
  missingLabels,
  type CallOptions,
  type CreatedNetwork,
  type NetworkSpec,
  type RemoveNetworkOptions,
} from '@moorage/runtime-core'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { textField } from '../client/shapes.ts'
import { withSignal } from '../client/signals.ts'
import { answerFailure, ownFailure, perform } from '../errors/failure.ts'
import {
  findNetworkJson,
  missingNetwork,
  networkCall,
  networkDetails,
  networkJson,
  type NetworkJson,
} from './inspect.ts'

/** `POST /networks/create`, asking the engine to refuse a second network of the name. */
export async function createNetwork(
  client: EngineClient,
  spec: NetworkSpec,
  { signal }: CallOptions = {},
): Promise<CreatedNetwork> {
  const call = networkCall(client, 'createNetwork', spec.name)
  return perform(call, {}, async () => {
    const existing = await findNamed(client, spec.name, signal)
    if (existing !== undefined) return adopt(existing)
    try {
      const body = networkBody(spec)
      const answer = await client.json({ method: 'POST', path: '/networks/create', body, ...(signal && { signal }) })
      const id = textField(answer, 'Id', 'POST /networks/create')
      return { id, name: spec.name, created: true }
    } catch (error) {
      const winner = isAnswer(error, 409) ? await findNamed(client, spec.name, signal) : undefined
      if (winner === undefined) throw error
      return adopt(winner)
    }
  })

  function adopt(json: NetworkJson): CreatedNetwork {
    const differs = differences(json, spec)
    if (differs.length === 0) return { id: json.Id, name: json.Name, created: false }
    throw ownFailure(
      call,
      'NETWORK_CONFLICT',
      { differs },
      `a network \`${spec.name}\` exists and differs in ${differs.join(', ')}. Choose another name, or remove that network.`,
    )
  }
}

/** An inspect also takes the beginning of an id for an answer. */
async function findNamed(client: EngineClient, name: string, signal?: AbortSignal): Promise<NetworkJson | undefined> {
  const json = await findNetworkJson(client, name, signal)
  return json?.Name === name ? json : undefined
}

function networkBody(spec: NetworkSpec): object {
  const { name, driver, internal, subnet, gateway, ipv6, options, labels } = spec
  const address = subnet ?? gateway
  return {
    Name: name,
    CheckDuplicate: true,
    ...(driver !== undefined && { Driver: driver }),
    ...(internal !== undefined && { Internal: internal }),
    ...(ipv6 !== undefined && { EnableIPv6: ipv6 }),
    ...(options && { Options: options }),
    ...(labels && { Labels: labels }),
    ...(address !== undefined && {
      IPAM: {
        Config: [
          { ...(subnet !== undefined && { Subnet: subnet }), ...(gateway !== undefined && { Gateway: gateway }) },
        ],
      },
    }),
  }
}

function differences(json: NetworkJson, spec: NetworkSpec): readonly string[] {
  const { driver, internal, subnets, options, labels } = networkDetails(json)
  const asked = spec.options ?? {}
  const sameOptions = Object.keys({ ...options, ...asked }).every((key) => options[key] === asked[key])
  return [
    ...(driver === (spec.driver ?? 'bridge') ? [] : ['driver']),
    ...(internal === (spec.internal ?? false) ? [] : ['internal']),
    ...(spec.subnet === undefined || subnets.includes(spec.subnet) ? [] : ['subnet']),
    ...(sameOptions ? [] : ['options']),
    ...missingLabels(labels, spec.labels ?? {}),
  ]
}

/** `DELETE /networks/{id}`. */
export async function removeNetwork(
  client: EngineClient,
  id: string,
  { missing = 'ignore', signal }: RemoveNetworkOptions = {},
): Promise<void> {
  const call = networkCall(client, 'removeNetwork', id)
  return perform(call, missingNetwork, async () => {
    const found = await (missing === 'ignore' ? findNetworkJson(client, id, signal) : networkJson(client, id, signal))
    if (found === undefined) return
    const handle = client.dialect.networkHandle({ id: found.Id, name: found.Name })
    const endpoints = await client.endpoints()
    try {
      await endpoints.getNetwork(handle).remove(withSignal(signal, {}))
    } catch (error) {
      // Somebody else was faster.
      if (isAnswer(error, 404)) return
      if (!isAnswer(error, 403, 409)) throw error
      const json = await findNetworkJson(client, id, signal)
      if (json === undefined) return
      const isInUse = error.status === 409 || networkDetails(json).containerIds.length > 0
      throw answerFailure(call, isInUse ? 'NETWORK_IN_USE' : 'ENGINE_ERROR', {}, error)
    }
  })
}
