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
}

/** What the pending `next()` of a source settled with. */
type Settled = { readonly source: Source } & (
  | { readonly result: IteratorResult<{ readonly text: string }, unknown> }
  | { readonly error: unknown }
)

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
    const sources = new Set(
      wanted.map((from): Source => {
        const lines = logLines(engine.containerLogs(from.containerId, options))[Symbol.asyncIterator]()
        return { lines, from }
      }),
    )
    // Not Promise.race, which would keep every line in memory until each quiet container has logged one.
    const ready: Settled[] = []
    let wake: () => void = () => undefined
    const settle = (settled: Settled): void => {
      ready.push(settled)
      wake()
    }
    const advance = (source: Source): void => {
      source.lines.next().then(
        (result) => settle({ source, result }),
        (error: unknown) => settle({ source, error }),
      )
    }
    for (const source of sources) advance(source)
    return {
      async pull() {
        while (sources.size > 0) {
          const settled = ready.shift()
          if (settled === undefined) {
            await new Promise<void>((resolve) => (wake = resolve))
            continue
          }
          const { source } = settled
          if ('error' in settled) throw settled.error
          const { result } = settled
          if (result.done === true) {
            sources.delete(source)
            continue
          }
          advance(source)
          const { service, containerName } = source.from
          return { done: false, value: { service, containerName, text: result.value.text } }
        }
        return { done: true, value: undefined }
      },
      async release() {
        await Promise.all([...sources].map(({ lines }) => lines.return?.()))
      },
    }
  })
}
