import type { CallOptions, ContainerDetails } from '@moorage/runtime-core'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { isRecord, malformed } from '../client/shapes.ts'
import { until, withSignal } from '../client/signals.ts'
import { perform, type Call } from '../errors/failure.ts'
import { containerDetails } from './details.ts'
import type { ContainerJson } from './json.ts'

/** A call about one container. */
export function containerCall(client: EngineClient, operation: string, id: string): Call {
  return { client, operation, resource: { kind: 'container', id } }
}

/** A container that is not there, in every call that takes one. */
export const missingContainer = { 404: 'CONTAINER_NOT_FOUND' } as const

/** `GET /containers/{id}/json`. Some engines fail while a container is being removed; then the next answer counts. */
export async function inspectJson(client: EngineClient, id: string, signal?: AbortSignal): Promise<ContainerJson> {
  const endpoints = await client.endpoints()
  let triesLeft = triesDuringRemoval
  return until(async () => {
    try {
      const json: unknown = await endpoints.getContainer(id).inspect(withSignal(signal, {}))
      return inspected(json, `GET /containers/${id}/json`)
    } catch (error) {
      triesLeft -= 1
      if (isAnswer(error, 500) && triesLeft > 0) return undefined
      throw error
    }
  }, signal)
}

const triesDuringRemoval = 5

/** The fields without which nothing can be said of a container; the others may be absent. */
function inspected(json: unknown, request: string): ContainerJson {
  if (!isContainer(json)) throw malformed(request, 'the `Id`, `State`, `Config` and `HostConfig` of a container')
  return json
}

function isContainer(json: unknown): json is ContainerJson {
  if (!isRecord(json) || typeof json['Id'] !== 'string' || json['Id'] === '') return false
  const { State: state, Config: config, HostConfig: host } = json
  return isRecord(state) && typeof state['Status'] === 'string' && isRecord(config) && isRecord(host)
}

/** The same, or `undefined` when there is none. */
export async function findJson(
  client: EngineClient,
  id: string,
  signal?: AbortSignal,
): Promise<ContainerJson | undefined> {
  try {
    return await inspectJson(client, id, signal)
  } catch (error) {
    if (isAnswer(error, 404)) return undefined
    throw error
  }
}

/** The container once the engine is done with its stopping; `undefined` when it is gone. */
export async function settledJson(
  client: EngineClient,
  id: string,
  stillRuns: (json: ContainerJson) => boolean,
  signal?: AbortSignal,
): Promise<ContainerJson | undefined> {
  const { json } = await until(async () => {
    const found = await findJson(client, id, signal)
    if (found === undefined) return { json: undefined }
    return isSettled(client, found) && !stillRuns(found) ? { json: found } : undefined
  }, signal)
  return json
}

function isSettled(client: EngineClient, json: ContainerJson): boolean {
  return client.dialect.containerStatus(json.State.Status).settled
}

/** Whether a process of it is there, paused or not, or about to be there again. */
export function runs(client: EngineClient, json: ContainerJson): boolean {
  const { status } = client.dialect.containerStatus(json.State.Status)
  return status === 'running' || status === 'paused' || status === 'restarting'
}

/** Whether the container is there and has a process. */
export async function isRunning(client: EngineClient, id: string, signal?: AbortSignal): Promise<boolean> {
  const json = await findJson(client, id, signal)
  return json !== undefined && runs(client, json)
}

export async function inspectContainer(
  client: EngineClient,
  id: string,
  { signal }: CallOptions = {},
  onInspect?: (json: ContainerJson) => void,
): Promise<ContainerDetails> {
  return perform(containerCall(client, 'inspectContainer', id), missingContainer, async () => {
    const json = await inspectJson(client, id, signal)
    onInspect?.(json)
    return containerDetails(json, client.dialect)
  })
}
