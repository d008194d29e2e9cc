import {
  createStream,
  type CallOptions,
  type ContainerProcess,
  type ContainerStatsSample,
  type RuntimeStream,
} from '@moorage/runtime-core'
import type { FakeEngine } from '../engine/engine.ts'
import { containerCall, fail, needContainer } from '../engine/lookup.ts'
import type { ContainerRecord } from '../engine/records.ts'
import type { RunningProcess } from '../programs/running-process.ts'
import { hasProcess } from './exit.ts'
import { processId } from './process-setup.ts'

/** As often as engines do. */
const intervalMs = 1000

/** What a process takes that says nothing of it. */
const leastMemoryBytes = 1024 * 1024

/** A sample a second by the fake's clock for as long as it runs. */
export function containerStats(
  engine: FakeEngine,
  id: string,
  { signal }: CallOptions = {},
): RuntimeStream<ContainerStatsSample> {
  const left = new AbortController()
  const leave = (): void => left.abort()
  return createStream(() => {
    const container = needContainer(engine, 'containerStats', id)
    signal?.addEventListener('abort', leave, { once: true })
    return {
      async pull() {
        if (!hasProcess(container)) return { done: true, value: undefined }
        await pauseOrEnd(engine, container, left.signal)
        if (!hasProcess(container)) return { done: true, value: undefined }
        return { done: false, value: sample(engine, container) }
      },
      release() {
        signal?.removeEventListener('abort', leave)
        leave()
      },
    }
  })
}

/** Until the next sample is due, or its process has ended. */
async function pauseOrEnd(engine: FakeEngine, container: ContainerRecord, signal: AbortSignal): Promise<void> {
  const over = new AbortController()
  const stop = (): void => over.abort()
  signal.addEventListener('abort', stop, { once: true })
  try {
    const ended = container.changes.until(() => (hasProcess(container) ? undefined : true), over.signal)
    await Promise.race([engine.clock.sleep(intervalMs, over.signal), ended])
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

function sample(engine: FakeEngine, container: ContainerRecord): ContainerStatsSample {
  const used = processesOf(container).map(({ process }) => process.usage)
  const sum = (name: keyof (typeof used)[number], least = 0): number =>
    used.reduce((total, usage) => total + (usage[name] ?? least), 0)
  const { memoryBytes: limit } = container.resources
  return {
    at: new Date(engine.clock.now()).toISOString(),
    cpuUsage: sum('cpuUsage'),
    memoryBytes: sum('memoryBytes', leastMemoryBytes),
    ...(limit !== undefined && { memoryLimitBytes: limit }),
    pids: used.length,
    networkReceivedBytes: sum('networkReceivedBytes'),
    networkSentBytes: sum('networkSentBytes'),
    blockReadBytes: sum('blockReadBytes'),
    blockWrittenBytes: sum('blockWrittenBytes'),
  }
}

/** Its own process, and those of its execs. */
function processesOf(
  container: ContainerRecord,
): readonly { readonly order: number; readonly process: RunningProcess }[] {
  const { process, order } = container
  return [...(process === undefined ? [] : [{ order, process }]), ...container.execs]
}

export function containerProcesses(engine: FakeEngine, id: string): readonly ContainerProcess[] {
  const container = needContainer(engine, 'containerProcesses', id)
  if (!hasProcess(container)) {
    const text = `it is ${container.status}, so it has no processes. Start it first.`
    throw fail(containerCall('containerProcesses', id), 'CONTAINER_NOT_RUNNING', text, {})
  }
  return processesOf(container).map(({ order, process: { setup } }) => ({
    pid: processId(order),
    parentPid: order === container.order ? 0 : processId(container.order),
    user: setup.user,
    command: setup.argv.join(' '),
  }))
}
