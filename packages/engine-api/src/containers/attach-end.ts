import { setTimeout as delay } from 'node:timers/promises'
import type { AttachmentEnd } from '@moorage/runtime-core'
import type { EngineClient } from '../client/client.ts'
import { findJson, runs } from './inspect.ts'
import type { ContainerJson } from './json.ts'
import { confirmEnd, whileAnswering } from './live-process.ts'

const firstPauseMs = 250
const longestPauseMs = 2000

/** The run of a container that an attachment is made to; one that was created is waited for. */
export class AttachedRun {
  readonly #client: EngineClient
  readonly #id: string
  readonly #removesItself: boolean
  /** Since when it runs. */
  #startedAt: string | undefined

  constructor(client: EngineClient, before: ContainerJson) {
    this.#client = client
    this.#id = before.Id
    this.#removesItself = before.HostConfig.AutoRemove === true
    this.#startedAt = runs(client, before) ? before.State.StartedAt : undefined
  }

  /** Resolves when the run is over. Rejects with `connection-lost` when the engine does not answer. */
  over(signal: AbortSignal): Promise<AttachmentEnd> {
    return whileAnswering(async () => {
      for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
        const end = this.#endIn(await findJson(this.#client, this.#id, signal))
        if (end !== undefined) return end
        await delay(pauseMs, undefined, { signal, ref: false })
      }
    })
  }

  /** To be called where the output has ended: rejects with `connection-lost` unless the run is over. */
  confirmOver(signal: AbortSignal | undefined): Promise<AttachmentEnd> {
    const look = async (): Promise<{ end: AttachmentEnd } | { pid: number; containerId: string }> => {
      const json = await findJson(this.#client, this.#id, signal)
      const end = this.#endIn(json)
      return end === undefined ? { pid: json?.State.Pid ?? 0, containerId: this.#id } : { end }
    }
    return whileAnswering(() => confirmEnd(this.#client, look, signal))
  }

  #endIn(json: ContainerJson | undefined): AttachmentEnd | undefined {
    const hasRun = this.#startedAt !== undefined
    if (json === undefined) return { type: hasRun || this.#removesItself ? 'exited' : 'removed' }
    const { StartedAt: startedAt, Status } = json.State
    // One that waits for its next run still has the time at which the last one began.
    if (hasRun && this.#client.dialect.containerStatus(Status).status === 'restarting') return { type: 'exited' }
    if (runs(this.#client, json)) this.#startedAt ??= startedAt
    else if (hasRun || this.#client.dialect.containerStatus(Status).status !== 'created') return { type: 'exited' }
    return this.#startedAt !== undefined && this.#startedAt !== startedAt ? { type: 'exited' } : undefined
  }
}
