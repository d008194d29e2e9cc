import type { Runtime } from '@moorage/runtime-core'
import type { Cast } from './cast.ts'
import type { Cleanup } from './cleanup.ts'
import type { Screen } from './screen.ts'

/** What every part of the job needs. */
export interface JobContext {
  readonly runtime: Runtime
  readonly cast: Cast
  readonly screen: Screen
  readonly cleanup: Cleanup
  /** Ends the job: Ctrl-C, or it has taken too long. */
  readonly signal: AbortSignal
  /** Begins the names of all that the job makes. */
  readonly prefix: string
  /** On all that the job makes. */
  readonly labels: Readonly<Record<string, string>>
}
