import { Background, type ContainerJson, type EngineClient } from '@moorage/engine-api'
import type { Difference } from './difference.ts'

const defaultIntervalMs = 30_000

/** How late a check must be before it is taken for one that the engine does not run. */
const slackMs = 1000

/** How long a close waits for checks under way. */
const longestCloseMs = 1000

/**
 * Podman (5.4, 5.8) leaves healthchecks to timers of systemd; without systemd nobody runs them, and a container stays
 * `starting` for ever. So whoever waits for health by inspecting also runs the checks, through libpod: one that is overdue
 * by the container's own interval, and never two of one container at once. Where the engine runs them none is overdue.
 */
export class Healthchecks {
  readonly #client: EngineClient
  readonly #background = new Background()
  readonly #running = new Set<string>()
  /** Containers that nobody else checks. */
  readonly #ours = new Set<string>()

  constructor(client: EngineClient) {
    this.#client = client
  }

  /** Runs the container's check in the background if it is due. */
  observe(json: ContainerJson): void {
    const { Id: id, State: state, Config: config } = json
    const test = config.Healthcheck?.Test ?? []
    if (state.Status !== 'running' || test.length === 0 || test[0] === 'NONE' || this.#running.has(id)) return
    if (Date.now() < this.#dueAt(json)) return
    this.#running.add(id)
    this.#ours.add(id)
    this.#background.run('inspectContainer', (signal) =>
      this.#check(id, signal).finally(() => this.#running.delete(id)),
    )
  }

  close(): Promise<void> {
    return this.#background.close(longestCloseMs)
  }

  /** The interval after the last check, or after the start. */
  #dueAt({ Id: id, State: state, Config: config }: ContainerJson): number {
    const log = state.Health?.Log ?? []
    const last = log.at(-1)?.End ?? state.StartedAt ?? ''
    const nanoseconds = config.Healthcheck?.Interval ?? 0
    const intervalMs = nanoseconds > 0 ? nanoseconds / 1e6 : defaultIntervalMs
    return Date.parse(last) + intervalMs + (this.#ours.has(id) ? 0 : slackMs)
  }

  /** `GET /libpod/containers/{id}/healthcheck` runs one check now and keeps count of failures. */
  async #check(id: string, signal: AbortSignal): Promise<void> {
    const answer = await this.#client.stream({ path: `/libpod/containers/${id}/healthcheck`, signal })
    await answer.discard()
  }
}

export const healthcheckDifference: Difference = {
  what: 'Where no systemd runs them, nobody runs the healthchecks.',
  seenOn: '5.4, 5.8',
  forcedBy: 'containers/health/turns-healthy',
}
