import {
  createStream,
  logLines,
  type ComposeLogLine,
  type ComposeLogsOptions,
  type ComposeService,
  type RuntimeStream,
} from '@moorage/runtime-core'
import type { EngineMethods } from './engine-methods.ts'

interface Source {
  readonly lines: AsyncIterator<{ readonly text: string }, unknown>
  readonly from: ComposeService
  next: Promise<{ readonly source: Source; readonly result: IteratorResult<{ readonly text: string }, unknown> }>
}

/** The lines of all containers that the project has now, as they come; a follow ends when all of them have ended. */
export function composeLogs(
  engine: EngineMethods,
  projectContainers: () => Promise<readonly ComposeService[]>,
  { services = [], follow = false, tail, signal }: ComposeLogsOptions,
): RuntimeStream<ComposeLogLine> {
  return createStream(async () => {
    const containers = await projectContainers()
    const wanted = containers.filter(({ service }) => services.length === 0 || services.includes(service))
    const options = { follow, ...(tail !== undefined && { tail }), ...(signal && { signal }) }
    const sources = new Set(wanted.map((from) => open(engine, from, options)))
    return {
      async pull() {
        for (;;) {
          if (sources.size === 0) return { done: true, value: undefined }
          const { source, result } = await Promise.race([...sources].map(({ next }) => next))
          if (result.done === true) {
            sources.delete(source)
            continue
          }
          const { service, containerName } = source.from
          source.next = advance(source)
          return { done: false, value: { service, containerName, text: result.value.text } }
        }
      },
      async release() {
        await Promise.all([...sources].map(({ lines }) => lines.return?.()))
      },
    }
  })
}

function open(
  engine: EngineMethods,
  from: ComposeService,
  options: Parameters<EngineMethods['containerLogs']>[1],
): Source {
  const lines = logLines(engine.containerLogs(from.containerId, options))[Symbol.asyncIterator]()
  const source: Omit<Source, 'next'> & { next?: Source['next'] } = { lines, from }
  const whole = source as Source
  whole.next = advance(whole)
  return whole
}

function advance(source: Source): Source['next'] {
  const next = source.lines.next().then((result) => ({ source, result }))
  // Whoever waits for it sees the failure; another one may come first.
  next.catch(() => undefined)
  return next
}
