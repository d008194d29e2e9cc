import {
  RuntimeError,
  type CallOptions,
  type ContainerSpec,
  type CreatedContainer,
  type NetworkAttachment,
} from '@moorage/runtime-core'
import { isAnswer, type AnswerError } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { textField, textList } from '../client/shapes.ts'
import { answerFailure, perform, unsupportedBy, type Call } from '../errors/failure.ts'
import { saysSourceMissing } from '../errors/texts.ts'
import { findImageJson } from '../images/inspect.ts'
import { findNetworkJson } from '../networks/inspect.ts'
import { containerBody, isRelabelled, mountBody } from './body.ts'
import { plainName } from './details.ts'
import { findJson, inspectJson } from './inspect.ts'
import { refuseUnsupported, takesSeveralNetworks } from './unsupported.ts'

/** `POST /containers/create`. */
export async function createContainer(
  client: EngineClient,
  spec: ContainerSpec,
  { signal }: CallOptions = {},
): Promise<CreatedContainer> {
  refuseUnsupported(client, spec)
  const call: Call = {
    client,
    operation: 'createContainer',
    ...(spec.name && { resource: { kind: 'container', id: spec.name } }),
  }
  return perform(call, {}, async () => {
    await requireNetworks(client, spec.networks ?? [], signal)
    const { atOnce, afterwards } = splitNetworks(client, spec)
    try {
      await requireRelabelledSources(client, spec, signal)
      // dockerode's endpoint drops the warnings.
      const created = await client.json({
        method: 'POST',
        path: '/containers/create',
        query: { name: spec.name, platform: spec.platform },
        body: containerBody({ ...spec, ...atOnce }, client.dialect),
        ...(signal && { signal }),
      })
      const id = textField(created, 'Id', 'POST /containers/create')
      const warnings = textList(created, 'Warnings', 'POST /containers/create')
      await connectAll(client, id, afterwards)
      return { id, name: spec.name ?? (await givenName(client, id, signal)), warnings }
    } catch (error) {
      throw isAnswer(error, 400, 404, 409, 500) ? await createFailure(call, spec, error, signal) : error
    }
  })
}

/** Docker finds out at the start that a network is not there, and leaves a container behind that cannot start. */
async function requireNetworks(
  client: EngineClient,
  networks: readonly NetworkAttachment[],
  signal?: AbortSignal,
): Promise<void> {
  const found = await Promise.all(networks.map(({ network }) => findNetworkJson(client, network, signal)))
  const missing = networks[found.indexOf(undefined)]
  if (missing === undefined) return
  throw new RuntimeError('NETWORK_NOT_FOUND', {
    message: `createContainer: no network is called \`${missing.network}\`. Create it first, or check \`spec.networks\`.`,
    operation: 'createContainer',
    resource: { kind: 'network', id: missing.network },
    details: {},
  })
}

/**
 * A mount that is relabelled has to be written in the form in which engines make a missing source a directory, so the other
 * form is tried first, with a container of nothing but these mounts.
 */
async function requireRelabelledSources(
  client: EngineClient,
  { image, labels, mounts = [] }: ContainerSpec,
  signal?: AbortSignal,
): Promise<void> {
  const relabelled = mounts.filter(isRelabelled)
  if (relabelled.length === 0) return
  const made = await client.json({
    method: 'POST',
    path: '/containers/create',
    body: { Image: image, Labels: labels, HostConfig: { Mounts: relabelled.map(mountBody) } },
    ...(signal && { signal }),
  })
  const id = textField(made, 'Id', 'POST /containers/create')
  await (await client.endpoints()).getContainer(id).remove({ force: true, v: true })
}

/** Older engines take one network in the create; the others are connected before anything starts. */
function splitNetworks(
  client: EngineClient,
  { networks = [] }: ContainerSpec,
): { readonly atOnce: Pick<ContainerSpec, 'networks'>; readonly afterwards: readonly NetworkAttachment[] } {
  if (networks.length === 0) return { atOnce: {}, afterwards: [] }
  if (takesSeveralNetworks(client)) return { atOnce: { networks }, afterwards: [] }
  return { atOnce: { networks: networks.slice(0, 1) }, afterwards: networks.slice(1) }
}

async function connectAll(client: EngineClient, id: string, networks: readonly NetworkAttachment[]): Promise<void> {
  const endpoints = await client.endpoints()
  try {
    for (const { network, aliases, ipv4Address, ipv6Address } of networks) {
      const EndpointConfig = {
        ...(aliases && { Aliases: [...aliases] }),
        ...((ipv4Address ?? ipv6Address) && { IPAMConfig: { IPv4Address: ipv4Address, IPv6Address: ipv6Address } }),
      }
      await endpoints.getNetwork(network).connect({ Container: id, EndpointConfig })
    }
  } catch (error) {
    await endpoints.getContainer(id).remove({ force: true, v: true })
    throw error
  }
}

async function givenName(client: EngineClient, id: string, signal?: AbortSignal): Promise<string> {
  return plainName((await inspectJson(client, id, signal)).Name)
}

async function createFailure(
  call: Call,
  spec: ContainerSpec,
  answer: AnswerError,
  signal?: AbortSignal,
): Promise<RuntimeError> {
  const { client } = call
  const imageCall: Call = { ...call, resource: { kind: 'image', id: spec.image } }
  switch (answer.status) {
    case 404:
      if (spec.platform !== undefined || (await findImageJson(client, spec.image, signal)) === undefined) {
        return answerFailure(imageCall, 'IMAGE_NOT_FOUND', {}, answer)
      }
      return answerFailure(call, 'ENGINE_ERROR', {}, answer)
    case 409: {
      const name = spec.name ?? ''
      const holder = name === '' ? undefined : await findJson(client, name, signal)
      const details = { name, ...(holder !== undefined && { holderId: holder.Id }) }
      return answerFailure(
        call,
        'NAME_CONFLICT',
        details,
        answer,
        'Choose another name, or remove the container that holds this one.',
      )
    }
    default: {
      const unsupported = unsupportedBy(call, answer)
      if (unsupported !== undefined) return unsupported
      if (spec.mounts?.some(({ type }) => type === 'bind') === true && saysSourceMissing(answer.engineMessage)) {
        return answerFailure(call, 'PATH_NOT_FOUND', {}, answer)
      }
      return answerFailure(call, 'ENGINE_ERROR', {}, answer, 'Check the fields of the spec that the message speaks of.')
    }
  }
}
