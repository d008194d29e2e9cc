import type { ContainerStatsSample } from '@moorage/runtime-core'
import { isRecord, malformed, type AnswerRecord } from '../client/shapes.ts'

/** One message of `GET /containers/{id}/stats`. */
export type StatsMessage =
  | StatsSample
  /** The container does not run. */
  | { readonly type: 'empty' }
  /** The engine reports a failure in the place of a sample. */
  | { readonly type: 'message'; readonly text: string }

export interface StatsSample {
  readonly type: 'sample'
  readonly at: string
  readonly cpuNanoseconds: number
  readonly memoryBytes: number
  readonly memoryLimitBytes: number
  readonly pids: number
  readonly networkReceivedBytes: number
  readonly networkSentBytes: number
  readonly blockReadBytes: number
  readonly blockWrittenBytes: number
}

/** Throws a `protocol` error for what is no message about statistics. */
export function decodeStats(json: unknown, request: string): StatsMessage {
  if (!isRecord(json)) throw malformed(request, 'the fields of a sample')
  const { read, message } = json
  if (read === undefined && typeof message === 'string') return { type: 'message', text: message }
  if (typeof read !== 'string' || Number.isNaN(Date.parse(read)))
    throw malformed(request, 'the time `read` of a sample')
  const fields = new SampleFields(request)
  const pids = fields.number(fields.record(json, 'pids_stats'), 'current')
  // Engines answer zeros for a container that does not run.
  if (read.startsWith('0001-') || pids === 0) return { type: 'empty' }
  const cpu = fields.record(fields.record(json, 'cpu_stats'), 'cpu_usage')
  const memory = fields.record(json, 'memory_stats')
  const networks = Object.values(fields.record(json, 'networks'))
  const blocks = fields.list(fields.record(json, 'blkio_stats'), 'io_service_bytes_recursive')
  const blockBytes = (operation: string): number =>
    fields.sum(
      blocks.filter((block) => isRecord(block) && String(block['op']).toLowerCase() === operation),
      'value',
    )
  return {
    type: 'sample',
    at: read,
    cpuNanoseconds: fields.number(cpu, 'total_usage'),
    memoryBytes: memoryInUse(fields, memory),
    memoryLimitBytes: fields.number(memory, 'limit'),
    pids,
    networkReceivedBytes: fields.sum(networks, 'rx_bytes'),
    networkSentBytes: fields.sum(networks, 'tx_bytes'),
    blockReadBytes: blockBytes('read'),
    blockWrittenBytes: blockBytes('write'),
  }
}

/** The sample that a caller gets: the use of the processors is a difference. */
export function sampleBetween(before: StatsSample, now: StatsSample): ContainerStatsSample {
  const elapsedMs = Date.parse(now.at) - Date.parse(before.at)
  const usedNanoseconds = now.cpuNanoseconds - before.cpuNanoseconds
  const { type: _type, cpuNanoseconds: _cpu, memoryLimitBytes, ...rest } = now
  return {
    ...rest,
    cpuUsage: elapsedMs > 0 ? Math.max(0, usedNanoseconds / (elapsedMs * 1e6)) : 0,
    ...(memoryLimitBytes > 0 && { memoryLimitBytes }),
  }
}

/** Without the file cache that the kernel drops when it needs the memory (cgroup v1 and v2 name it differently). */
function memoryInUse(fields: SampleFields, memory: AnswerRecord): number {
  const usage = fields.number(memory, 'usage')
  const stats = fields.record(memory, 'stats')
  const cache = fields.number(stats, 'total_inactive_file' in stats ? 'total_inactive_file' : 'inactive_file')
  return cache < usage ? usage - cache : usage
}

/** Fields of a sample. Engines leave out, or answer `null` for, what they do not measure. */
class SampleFields {
  readonly #request: string

  constructor(request: string) {
    this.#request = request
  }

  record(parent: AnswerRecord, name: string): AnswerRecord {
    const value = parent[name] ?? {}
    if (!isRecord(value)) throw this.#malformed(name)
    return value
  }

  list(parent: AnswerRecord, name: string): readonly unknown[] {
    const value = parent[name] ?? []
    if (!Array.isArray(value)) throw this.#malformed(name)
    return value
  }

  number(parent: AnswerRecord, name: string): number {
    const value = parent[name] ?? 0
    if (typeof value !== 'number') throw this.#malformed(name)
    return value
  }

  sum(parents: readonly unknown[], name: string): number {
    return parents.reduce<number>((sum, parent) => {
      if (!isRecord(parent)) throw this.#malformed(name)
      return sum + this.number(parent, name)
    }, 0)
  }

  #malformed(name: string): Error {
    return malformed(this.#request, `a valid \`${name}\` of a sample`)
  }
}
