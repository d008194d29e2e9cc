import {
  createStream,
  type CallOptions,
  type ContainerProcess,
  type ContainerStatsSample,
  type RuntimeStream,
} from '@moorage/runtime-core'
import type { EngineClient } from '../client/client.ts'
import { isAnswer } from '../client/answer-error.ts'
import { withSignal } from '../client/signals.ts'
import { answerFailure, failure, ownFailure, perform } from '../errors/failure.ts'
import { jsonMessages } from '../transport/ndjson.ts'
import { containerCall, inspectJson, isRunning, missingContainer } from './inspect.ts'

/** One message of `GET /containers/{id}/stats`. */
interface StatsJson {
  /** Absent where the engine says instead that something is wrong. */
  readonly read?: string
  readonly message?: string
  readonly cpu_stats?: CpuJson
  readonly precpu_stats?: CpuJson
  readonly memory_stats?: {
    readonly usage?: number
    readonly limit?: number
    readonly stats?: Readonly<Record<string, number>>
  }
  readonly pids_stats?: { readonly current?: number }
  readonly networks?: Readonly<Record<string, { readonly rx_bytes?: number; readonly tx_bytes?: number }>> | null
  readonly blkio_stats?: {
    readonly io_service_bytes_recursive?: readonly { readonly op: string; readonly value: number }[] | null
  }
}

interface CpuJson {
  readonly cpu_usage?: { readonly total_usage?: number }
}

/** `GET /containers/{id}/stats`, about one sample a second for as long as it runs. */
export function containerStats(
  client: EngineClient,
  id: string,
  { signal }: CallOptions = {},
): RuntimeStream<ContainerStatsSample> {
  const call = containerCall(client, 'containerStats', id)
  return createStream(async () => {
    const messages = await perform(call, missingContainer, async () => {
      const json = await inspectJson(client, id, signal)
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
            if (result.done === true) return result
            const now = result.value as StatsJson
            const before = last
            if (!isSample(now)) {
              if (now.message !== undefined && (await isRunning(client, id, signal)))
                throw ownFailure(call, 'ENGINE_ERROR', {}, `${now.message}.`, { engineMessage: now.message })
              return { done: true, value: undefined }
            }
            last = now
            // Use is a difference.
            if (before !== undefined) return { done: false, value: sample(before, now) }
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

type StatsSample = StatsJson & { readonly read: string }

/** One that does not run is told with zeros, or with words. */
function isSample(json: StatsJson): json is StatsSample {
  const { read = '0001-', pids_stats: pids } = json
  return !read.startsWith('0001-') && (pids?.current ?? 0) > 0
}

function sample(before: StatsSample, now: StatsSample): ContainerStatsSample {
  const elapsedMs = Date.parse(now.read) - Date.parse(before.read)
  const usedNanoseconds = totalCpu(now) - totalCpu(before)
  const limit = now.memory_stats?.limit
  const networks = Object.values(now.networks ?? {})
  return {
    at: now.read,
    cpuUsage: elapsedMs > 0 ? Math.max(0, usedNanoseconds / (elapsedMs * 1e6)) : 0,
    memoryBytes: memoryInUse(now),
    ...(limit !== undefined && limit > 0 && { memoryLimitBytes: limit }),
    pids: now.pids_stats?.current ?? 0,
    networkReceivedBytes: networks.reduce((sum, { rx_bytes: bytes = 0 }) => sum + bytes, 0),
    networkSentBytes: networks.reduce((sum, { tx_bytes: bytes = 0 }) => sum + bytes, 0),
    blockReadBytes: blockBytes(now, 'read'),
    blockWrittenBytes: blockBytes(now, 'write'),
  }
}

function totalCpu({ cpu_stats: cpu }: StatsJson): number {
  return cpu?.cpu_usage?.total_usage ?? 0
}

/** Without the file cache that the kernel drops when it needs the memory (cgroup v1 and v2 name it differently). */
function memoryInUse({ memory_stats: memory = {} }: StatsJson): number {
  const { usage = 0, stats = {} } = memory
  const cache = stats['total_inactive_file'] ?? stats['inactive_file'] ?? 0
  return cache < usage ? usage - cache : usage
}

function blockBytes({ blkio_stats: blocks }: StatsJson, operation: string): number {
  return (blocks?.io_service_bytes_recursive ?? [])
    .filter(({ op }) => op.toLowerCase() === operation)
    .reduce((sum, { value }) => sum + value, 0)
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
    const { Titles: titles, Processes: rows } = answer as {
      readonly Titles: readonly string[]
      readonly Processes?: readonly (readonly string[])[] | null
    }
    const column = (...names: readonly string[]): number =>
      titles.findIndex((title) => names.includes(title.toUpperCase()))
    const [pid, parent, user, command] = [
      column('PID'),
      column('PPID'),
      column('USER', 'UID'),
      column('COMMAND', 'CMD', 'ARGS'),
    ]
    return (rows ?? []).map((row) => ({
      pid: Number(row[pid]),
      parentPid: Number(row[parent]),
      user: row[user] ?? '',
      command: row[command] ?? '',
    }))
  })
}
