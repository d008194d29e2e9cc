import { createStream, unsupported, type LogChunk, type LogOptions, type RuntimeStream } from '@moorage/runtime-core'
import type { FakeEngine } from '../engine/engine.ts'
import { needContainer } from '../engine/lookup.ts'
import type { ContainerRecord, LogEntry } from '../engine/records.ts'
import { milliseconds } from '../engine/times.ts'
import { hasProcess } from './exit.ts'

const lineEnd = 10

export function containerLogs(engine: FakeEngine, id: string, options: LogOptions = {}): RuntimeStream<LogChunk> {
  const { follow = false, tail, timestamps = false, signal } = options
  return createStream(() => {
    const container = needContainer(engine, 'containerLogs', id)
    if (container.spec.logDriver?.name === 'none')
      throw unsupported('containerLogs', { field: 'spec.logDriver' }, 'fake')
    const left = new AbortController()
    const ended = signal === undefined ? left.signal : AbortSignal.any([left.signal, signal])
    let next = tail === undefined ? 0 : tailStart(container, options, tail)
    const nextEntry = (): LogEntry | undefined => {
      for (; next < container.logs.length; next += 1) {
        const entry = container.logs[next]
        if (entry === undefined || !isWanted(entry, options)) continue
        next += 1
        return entry
      }
      return undefined
    }
    return {
      async pull() {
        for (;;) {
          const entry = nextEntry()
          if (entry !== undefined) return { done: false, value: shown(entry, timestamps) }
          if (!follow || isSilent(engine, container, options)) return { done: true, value: undefined }
          await somethingNew(engine, container, options, ended)
        }
      },
      release: () => left.abort(),
    }
  })
}

/** Nothing will be written any more that is still asked for. */
function isSilent(engine: FakeEngine, container: ContainerRecord, { until }: LogOptions): boolean {
  const mayWrite = !container.removed && (hasProcess(container) || container.status === 'restarting')
  return !mayWrite || (until !== undefined && engine.clock.now() >= until.getTime())
}

async function somethingNew(
  engine: FakeEngine,
  container: ContainerRecord,
  { until }: LogOptions,
  signal: AbortSignal,
): Promise<void> {
  if (until === undefined) return container.changes.changed(signal)
  const settled = new AbortController()
  const either = AbortSignal.any([signal, settled.signal])
  try {
    await Promise.race([
      container.changes.changed(either),
      engine.clock.sleep(until.getTime() - engine.clock.now(), either),
    ])
  } finally {
    settled.abort()
  }
}

function shown({ stream, bytes, timestamp }: LogEntry, timestamps: boolean): LogChunk {
  return { stream, bytes, ...(timestamps && { timestamp }) }
}

function isWanted(entry: LogEntry, { streams = ['stdout', 'stderr'], since, until }: LogOptions): boolean {
  const at = milliseconds(entry.timestamp)
  return (
    streams.includes(entry.stream) &&
    (since === undefined || at >= since.getTime()) &&
    (until === undefined || at < until.getTime())
  )
}

/** Where the last so many lines begin; an entry without a line end goes on in the next one of its stream. */
function tailStart({ logs }: ContainerRecord, options: LogOptions, tail: number): number {
  const starts: number[] = []
  const isOpen = { stdout: false, stderr: false }
  for (const [index, entry] of logs.entries()) {
    if (!isWanted(entry, options)) continue
    if (!isOpen[entry.stream]) starts.push(index)
    isOpen[entry.stream] = entry.bytes.at(-1) !== lineEnd
  }
  return starts[starts.length - tail] ?? (tail === 0 ? logs.length : 0)
}
