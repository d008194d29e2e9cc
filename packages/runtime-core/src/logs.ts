import type { CallOptions } from './call-options.ts'

/** A piece of output, cut wherever the engine cut it. Order within a stream is kept; across streams no engine promises it. */
export interface LogChunk {
  /** A terminal's output is all `stdout`. */
  readonly stream: 'stdout' | 'stderr'
  readonly bytes: Uint8Array
  /** RFC 3339 as the engine wrote it (text, so that nanoseconds survive), when `timestamps` was asked for. */
  readonly timestamp?: string
}

/** Docker: `GET /containers/{id}/logs`. */
export interface LogOptions extends CallOptions {
  /** Default both. */
  readonly streams?: readonly ('stdout' | 'stderr')[]
  /** Stay until the container stops, or `until` has come. Default false. */
  readonly follow?: boolean
  /** Only the last so many lines; 0 is none. Default all. */
  readonly tail?: number
  /** Only what was written at or after this time. */
  readonly since?: Date
  /** Only what was written before this time. */
  readonly until?: Date
  /** Put the engine's time on every chunk. Default false. */
  readonly timestamps?: boolean
}

/** One line of output, without its line end. */
export interface LogLine {
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
  readonly timestamp?: string
  /** Whether the line was longer than `maxLineBytes` and what follows is the rest of it. */
  readonly continues: boolean
}
