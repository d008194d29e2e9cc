import { createStream, type LogChunk, type LogOptions, type RuntimeStream } from '@moorage/runtime-core'
import type { EngineClient } from '../client/client.ts'
import { failure, perform, unsupportedBy } from '../errors/failure.ts'
import { demultiplex } from '../transport/frames.ts'
import { AttachedRun } from './attach-end.ts'
import { Deadline } from './deadline.ts'
import { containerCall, inspectJson, missingContainer, runs } from './inspect.ts'
import { StampedFrames, StampedLines, type ChunkSource } from './log-stamps.ts'

/**
 * `GET /containers/{id}/logs`. Whether the bytes are multiplexed is known from the container, never guessed from them:
 * a terminal may write anything.
 */
export function containerLogs(client: EngineClient, id: string, options: LogOptions = {}): RuntimeStream<LogChunk> {
  const call = containerCall(client, 'containerLogs', id)
  const { signal, timestamps = false, follow = false, until } = options
  let run: AttachedRun | undefined
  return createStream(async () => {
    const deadline = follow && until !== undefined ? new Deadline(until) : undefined
    const chunks = await perform(call, missingContainer, async () => {
      const json = await inspectJson(client, id, signal)
      if (follow && until === undefined && runs(client, json)) run = new AttachedRun(client, json)
      const isTerminal = json.Config.Tty === true
      const query = logQuery(options, isTerminal)
      const body = await client
        .stream({ path: `/containers/${json.Id}/logs`, query, ...(signal && { signal }) })
        .catch((error: unknown) => {
          throw unsupportedBy(call, error) ?? error
        })
      if (isTerminal) return timestamps ? new StampedLines(body) : rawChunks(body)
      return timestamps ? new StampedFrames(demultiplex(body)) : frameChunks(demultiplex(body))
    }).catch((error: unknown) => {
      deadline?.clear()
      throw error
    })
    return {
      pull: async () => {
        try {
          const next = chunks.next()
          const result = await (deadline === undefined ? next : deadline.until(next))
          // A follow that ends while the container runs was cut, as by a proxy.
          if (result.done === true) await run?.confirmOver(signal)
          return result
        } catch (error) {
          throw failure(call, missingContainer, error)
        }
      },
      async release() {
        deadline?.clear()
        await chunks.return()
      },
    }
  })
}

function logQuery(options: LogOptions, isTerminal: boolean): Readonly<Record<string, string | boolean>> {
  const { streams = ['stdout', 'stderr'], tail, since, until, timestamps = false } = options
  // Podman follows for ever what ends in the past.
  const follow = options.follow === true && (until === undefined || until.getTime() > Date.now())
  return {
    stdout: streams.includes('stdout'),
    // A terminal's output is stdout to us, whatever the engine calls it.
    stderr: streams.includes('stderr') && !isTerminal,
    follow,
    timestamps,
    ...(tail !== undefined && { tail: String(tail) }),
    ...(since !== undefined && { since: seconds(since) }),
    ...(until !== undefined && { until: seconds(until) }),
  }
}

/** Unix time with decimals, the one form that both daemons take. */
function seconds(date: Date): string {
  return (date.getTime() / 1000).toFixed(3)
}

function rawChunks(body: AsyncIterableIterator<Uint8Array, undefined>): ChunkSource {
  return mapped(body, (bytes) => ({ stream: 'stdout', bytes }))
}

/** An echo of the input is nobody's output. */
function frameChunks(frames: ReturnType<typeof demultiplex>): ChunkSource {
  return mapped(frames, ({ stream, bytes }) => ({ stream: stream === 'stderr' ? 'stderr' : 'stdout', bytes }))
}

function mapped<T>(source: AsyncIterableIterator<T, undefined>, map: (item: T) => LogChunk): ChunkSource {
  return {
    async next() {
      const result = await source.next()
      return result.done === true ? result : { done: false, value: map(result.value) }
    },
    async return() {
      await source.return?.()
    },
  }
}
