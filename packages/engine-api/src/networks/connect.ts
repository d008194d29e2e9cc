import type { CallOptions } from '@moorage/runtime-core'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { withSignal } from '../client/signals.ts'
import { findJson } from '../containers/inspect.ts'
import type { ContainerJson } from '../containers/json.ts'
import { answerFailure, ownFailure, perform } from '../errors/failure.ts'
import { networkCall, networkJson } from './inspect.ts'

/** `POST /networks/{id}/connect`; one that is connected already is left so. */
export async function connectNetwork(
  client: EngineClient,
  network: string,
  container: string,
  { aliases, signal }: CallOptions & { readonly aliases?: readonly string[] } = {},
): Promise<void> {
  return change(client, 'connectNetwork', network, container, signal, async (ids) => {
    const endpoint = (await client.endpoints()).getNetwork(ids.network)
    const EndpointConfig = aliases === undefined ? {} : { Aliases: [...aliases] }
    await endpoint.connect(withSignal(signal, { Container: ids.container, EndpointConfig }))
  })
}

/** `POST /networks/{id}/disconnect`; one that is not connected is left so. */
export async function disconnectNetwork(
  client: EngineClient,
  network: string,
  container: string,
  { force = false, signal }: CallOptions & { readonly force?: boolean } = {},
): Promise<void> {
  return change(client, 'disconnectNetwork', network, container, signal, async (ids) => {
    const endpoint = (await client.endpoints()).getNetwork(ids.network)
    await endpoint.disconnect(withSignal(signal, { Container: ids.container, Force: force }))
  })
}

interface Ids {
  readonly network: string
  readonly container: string
}

/** Both must be there, which the one 404 of the engine does not tell apart; a change that is already so is none. */
async function change(
  client: EngineClient,
  operation: 'connectNetwork' | 'disconnectNetwork',
  network: string,
  container: string,
  signal: AbortSignal | undefined,
  send: (ids: Ids) => Promise<void>,
): Promise<void> {
  const call = networkCall(client, operation, network)
  return perform(call, { 404: 'NETWORK_NOT_FOUND' }, async () => {
    const { Id: networkId } = await networkJson(client, network, signal)
    const containerResource = { ...call, resource: { kind: 'container', id: container } } as const
    const connects = operation === 'connectNetwork'
    const isConnected = async (known?: ContainerJson): Promise<boolean> => {
      const json = known ?? (await findJson(client, container, signal))
      return Object.entries(json?.NetworkSettings.Networks ?? {}).some(
        ([name, endpoint]) => name === network || endpoint?.NetworkID === networkId,
      )
    }
    if (client.dialect.breaksPausedNetworks === true) {
      const json = await findJson(client, container, signal)
      if (json !== undefined && client.dialect.containerStatus(json.State.Status).status === 'paused') {
        if ((await isConnected(json)) === connects) return
        const text = `the container \`${container}\` is paused, and ${client.dialect.engineName} cannot change its networks. Unpause it first.`
        throw ownFailure(containerResource, 'CONTAINER_NOT_RUNNING', {}, text)
      }
    }
    try {
      await send({ network: networkId, container })
    } catch (error) {
      if (isAnswer(error, 404) && (await findJson(client, container, signal)) === undefined) {
        throw answerFailure(containerResource, 'CONTAINER_NOT_FOUND', {}, error)
      }
      if (!isAnswer(error, 403, 409, 500)) throw error
      if ((await isConnected()) !== connects) throw error
    }
  })
}
