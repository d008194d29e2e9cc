import type { CallOptions, ContainerUpdate, RestartContainerOptions } from '@moorage/runtime-core'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { withSignal } from '../client/signals.ts'
import { answerFailure, perform } from '../errors/failure.ts'
import { resourceBody, restartBody, wholeSeconds } from './body.ts'
import { plainName } from './details.ts'
import { containerCall, findJson, inspectJson, missingContainer } from './inspect.ts'
import type { ContainerJson } from './json.ts'
import type { KeptExits } from './kept-exits.ts'
import { armFor, startError } from './start.ts'

/** What engines give a process that is to stop, unless its container says otherwise. */
const defaultGraceSeconds = 10

/** `POST /containers/{id}/restart`; one that does not run is started. */
export async function restartContainer(
  client: EngineClient,
  kept: KeptExits,
  id: string,
  { timeoutMs, signal }: RestartContainerOptions = {},
): Promise<void> {
  const call = containerCall(client, 'restartContainer', id)
  return perform(call, missingContainer, async () => {
    const json = await inspectJson(client, id, signal)
    // One that runs exits in the middle of this; the code that is kept is that of the run that begins now.
    const disarm = isRunning(client, json) ? undefined : await armFor(kept, json)
    const container = (await client.endpoints()).getContainer(json.Id)
    try {
      // Podman gives no time at all where none is given.
      const graceSeconds =
        timeoutMs === undefined ? (json.Config.StopTimeout ?? defaultGraceSeconds) : wholeSeconds(timeoutMs)
      await container.restart(withSignal(signal, { t: graceSeconds }))
    } catch (error) {
      disarm?.()
      throw isAnswer(error, 400, 404, 409, 500) ? await startError(call, json, error, signal) : error
    }
  })
}

/** `POST /containers/{id}/pause`; one that is paused already is left so. */
export async function pauseContainer(client: EngineClient, id: string, { signal }: CallOptions = {}): Promise<void> {
  return changePause(client, 'pauseContainer', id, 'paused', signal)
}

/** `POST /containers/{id}/unpause`; one that runs is left so. */
export async function unpauseContainer(client: EngineClient, id: string, { signal }: CallOptions = {}): Promise<void> {
  return changePause(client, 'unpauseContainer', id, 'running', signal)
}

async function changePause(
  client: EngineClient,
  operation: 'pauseContainer' | 'unpauseContainer',
  id: string,
  wanted: 'paused' | 'running',
  signal: AbortSignal | undefined,
): Promise<void> {
  const call = containerCall(client, operation, id)
  return perform(call, missingContainer, async () => {
    const container = (await client.endpoints()).getContainer(id)
    try {
      await (wanted === 'paused' ? container.pause(withSignal(signal, {})) : container.unpause(withSignal(signal, {})))
    } catch (error) {
      if (!isAnswer(error, 409, 500)) throw error
      const json = await inspectJson(client, id, signal)
      const { status } = client.dialect.containerStatus(json.State.Status)
      if (status === wanted) return
      throw status === 'running' || status === 'paused'
        ? error
        : answerFailure(call, 'CONTAINER_NOT_RUNNING', {}, error)
    }
  })
}

/** `POST /containers/{id}/rename`; to its own name it is a no-op. */
export async function renameContainer(
  client: EngineClient,
  kept: KeptExits,
  id: string,
  newName: string,
  { signal }: CallOptions = {},
): Promise<void> {
  const call = containerCall(client, 'renameContainer', id)
  return perform(call, missingContainer, async () => {
    const json = await inspectJson(client, id, signal)
    if (plainName(json.Name) === newName) return
    const container = (await client.endpoints()).getContainer(json.Id)
    try {
      await container.rename(withSignal(signal, { name: newName }))
      kept.rename(json.Id, newName)
    } catch (error) {
      if (!isAnswer(error, 409)) throw error
      const holder = await findJson(client, newName, signal)
      const details = { name: newName, ...(holder !== undefined && { holderId: holder.Id }) }
      throw answerFailure(
        call,
        'NAME_CONFLICT',
        details,
        error,
        'Choose another name, or remove the container that holds this one.',
      )
    }
  })
}

/** `POST /containers/{id}/update`. */
export async function updateContainer(
  client: EngineClient,
  id: string,
  update: ContainerUpdate,
  { signal }: CallOptions = {},
): Promise<void> {
  return perform(containerCall(client, 'updateContainer', id), missingContainer, async () => {
    const json = await inspectJson(client, id, signal)
    const changes = { ...resourceBody(update.resources), ...restartBody(update.restart) }
    // Podman refuses to be asked for nothing.
    if (Object.keys(changes).length === 0) return
    const whole = client.dialect.updatesWhole === true ? wholeBody(update, json) : {}
    const container = (await client.endpoints()).getContainer(json.Id)
    await container.update(withSignal(signal, { ...changes, ...whole }))
  })
}

const cpuPeriodMicroseconds = 100_000

/** What an engine would lose that takes an update for all there is. */
function wholeBody({ resources, restart }: ContainerUpdate, { HostConfig: host }: ContainerJson): object {
  const cpus = resources?.cpus
  return {
    ...(restart === undefined && host.RestartPolicy && { RestartPolicy: host.RestartPolicy }),
    ...(cpus !== undefined && {
      CpuPeriod: cpuPeriodMicroseconds,
      CpuQuota: Math.round(cpus * cpuPeriodMicroseconds),
    }),
  }
}

function isRunning(client: EngineClient, json: ContainerJson): boolean {
  return client.dialect.containerStatus(json.State.Status).status === 'running'
}
