import type { KillContainerOptions, StopContainerOptions } from '@moorage/runtime-core'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { withSignal } from '../client/signals.ts'
import { compareVersions } from '../client/version.ts'
import { perform } from '../errors/failure.ts'
import { wholeSeconds } from './body.ts'
import { containerCall, findJson, inspectJson, missingContainer, runs, settledJson } from './inspect.ts'
import type { ContainerJson } from './json.ts'

/** `POST /containers/{id}/stop`; 304 (it does not run) is a success. */
export async function stopContainer(
  client: EngineClient,
  id: string,
  { timeoutMs, signal }: StopContainerOptions = {},
): Promise<void> {
  return perform(containerCall(client, 'stopContainer', id), missingContainer, async () => {
    const before = await inspectJson(client, id, signal)
    const container = (await client.endpoints()).getContainer(before.Id)
    const stop = async (): Promise<void> => {
      try {
        await container.stop(withSignal(signal, stopQuery(timeoutMs)))
      } catch (error) {
        if (!isAnswer(error, 304)) throw error
      }
    }
    if (timeoutMs === 0 && dropsStopSignal(client)) {
      const killed = container.kill(withSignal(signal, { signal: 'SIGKILL' }))
      await killed.catch((error: unknown) => {
        // It does not run.
        if (!isAnswer(error, 409)) throw error
      })
    }
    try {
      await stop()
    } catch (error) {
      if (!isAnswer(error, 500) || !(await isPaused(client, id, signal))) throw error
      // Podman refuses to stop what is paused.
      await container.unpause(withSignal(signal, {}))
      await stop()
    }
    await settledJson(client, before.Id, sameRun(client, before), signal)
  })
}

/** With no time at all Docker would still send the stop signal first, to which a fast process may answer. */
function stopQuery(timeoutMs: number | undefined): { readonly t?: number; readonly signal?: string } {
  if (timeoutMs === undefined) return {}
  return timeoutMs === 0 ? { t: 0, signal: 'SIGKILL' } : { t: wholeSeconds(timeoutMs) }
}

/** Docker 20.10 takes the signal of a stop and drops it. */
function dropsStopSignal({ dialect, apiVersion }: EngineClient): boolean {
  return dialect.backend === 'docker' && compareVersions(apiVersion, stopSignalSince) < 0
}

const stopSignalSince = '1.42'

async function isPaused(client: EngineClient, id: string, signal?: AbortSignal): Promise<boolean> {
  const json = await findJson(client, id, signal)
  return json !== undefined && client.dialect.containerStatus(json.State.Status).status === 'paused'
}

/** `POST /containers/{id}/kill`. */
export async function killContainer(
  client: EngineClient,
  id: string,
  { killSignal = 'SIGKILL', signal }: KillContainerOptions = {},
): Promise<void> {
  const meanings = { ...missingContainer, 409: 'CONTAINER_NOT_RUNNING' } as const
  return perform(containerCall(client, 'killContainer', id), meanings, async () => {
    const endpoints = await client.endpoints()
    const before = await inspectJson(client, id, signal)
    await endpoints.getContainer(before.Id).kill(withSignal(signal, { signal: killSignal }))
    if (!isKill(killSignal)) return
    await settledJson(client, before.Id, sameRun(client, before), signal)
  })
}

/** A restart policy, or another caller, may have brought up another process by the time of the first look. */
function sameRun(client: EngineClient, before: ContainerJson): (json: ContainerJson) => boolean {
  return (json) => runs(client, json) && json.State.StartedAt === before.State.StartedAt
}

function isKill(name: string): boolean {
  return name === 'SIGKILL' || name === 'KILL' || name === '9'
}
