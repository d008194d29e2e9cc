import {
  createStream,
  type CallOptions,
  type ContainerProcess,
  type ContainerStatsSample,
  type RuntimeStream,
} from '@moorage/runtime-core'
import type { EngineClient } from '../client/client.ts'
import { isAnswer } from '../client/answer-error.ts'
import { isRecord, malformed, type AnswerRecord } from '../client/shapes.ts'
import { withSignal } from '../client/signals.ts'
import { answerFailure, failure, ownFailure, perform } from '../errors/failure.ts'
import { jsonMessages } from '../transport/ndjson.ts'
import { AttachedRun } from './attach-end.ts'
import { containerCall, inspectJson, isRunning, missingContainer, runs } from './inspect.ts'
import { decodeStats, sampleBetween, type StatsSample } from './stats-sample.ts'

/** `GET /containers/{id}/stats`, about one sample a second for as long as it runs. */
export function containerStats(
  client: EngineClient,
  id: string,
  { signal }: CallOptions = {},
): RuntimeStream<ContainerStatsSample> {
  const call = containerCall(client, 'containerStats', id)
  return createStream(async () => {
    let run: AttachedRun | undefined
    const messages = await perform(call, missingContainer, async () => {
      const json = await inspectJson(client, id, signal)
      if (runs(client, json)) run = new AttachedRun(client, json)
      const query = { stream: true }
      return jsonMessages(
        await client.stream({ path: `/containers/${json.Id}/stats`, query, ...(signal && { signal }) }),
      )
    })
    let last: StatsSample | undefined
    return {
      async pull() {
        try {
          for (;;) {
            const result = await messages.next()
            const now = result.done === true ? undefined : decodeStats(result.value, `GET /containers/${id}/stats`)
            if (now?.type !== 'sample') {
              if (now?.type === 'message' && (await isRunning(client, id, signal)))
                throw ownFailure(call, 'ENGINE_ERROR', {}, `${now.text}.`, { engineMessage: now.text })
              // Statistics that end while the container runs were cut, as by a proxy.
              await run?.confirmOver(signal)
              return { done: true, value: undefined }
            }
            const before = last
            last = now
            // Use is a difference.
            if (before !== undefined) return { done: false, value: sampleBetween(before, now) }
          }
        } catch (error) {
          throw failure(call, missingContainer, error)
        }
      },
      async release() {
        await messages.return()
      },
    }
  })
}

/** `GET /containers/{id}/top`. */
export async function containerProcesses(
  client: EngineClient,
  id: string,
  { signal }: CallOptions = {},
): Promise<readonly ContainerProcess[]> {
  const meanings = { ...missingContainer, 409: 'CONTAINER_NOT_RUNNING' } as const
  const call = containerCall(client, 'containerProcesses', id)
  return perform(call, meanings, async () => {
    const container = (await client.endpoints()).getContainer(id)
    const asking: Promise<unknown> = container.top(withSignal(signal, { ps_args: '-eo pid,ppid,user,args' }))
    const answer = await asking.catch(async (error: unknown) => {
      const isStopped = isAnswer(error, 500) && !(await isRunning(client, id, signal))
      throw isStopped ? answerFailure(call, 'CONTAINER_NOT_RUNNING', {}, error) : error
    })
    const { titles, rows } = decodeProcesses(answer, `GET /containers/${id}/top`)
    const column = (...names: readonly string[]): number =>
      titles.findIndex((title) => names.includes(title.toUpperCase()))
    const [pid, parent, user, command] = [
      column('PID'),
      column('PPID'),
      column('USER', 'UID'),
      column('COMMAND', 'CMD', 'ARGS'),
    ]
    return rows.map((row) => ({
      pid: Number(row[pid]),
      parentPid: Number(row[parent]),
      user: row[user] ?? '',
      command: row[command] ?? '',
    }))
  })
}

interface ProcessTable {
  readonly titles: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Podman and Docker answer `null` for no rows. */
function decodeProcesses(answer: unknown, request: string): ProcessTable {
  const { Titles: titles, Processes: rows }: AnswerRecord = isRecord(answer) ? answer : {}
  const lists: unknown = rows ?? []
  if (!isTexts(titles) || !Array.isArray(lists) || !lists.every(isTexts))
    throw malformed(request, 'the `Titles` and `Processes` of a container')
  return { titles, rows: lists }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
