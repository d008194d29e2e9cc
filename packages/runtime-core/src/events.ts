import type { CallOptions } from './call-options.ts'

/** Behind the gate `events`. */
export interface EventFilter extends CallOptions {
  readonly kinds?: readonly ('container' | 'image' | 'network' | 'volume')[]
  readonly labels?: Readonly<Record<string, string>>
  /** Begin with what happened at or after this time, as far back as the engine keeps. */
  readonly since?: Date
  readonly until?: Date
  /** Connect again when the stream breaks; a possible hole is an event of its own. Default false. */
  readonly reconnect?: boolean
}

/** Something that happened, in the same words on all engines. */
export type RuntimeEvent =
  | {
      readonly kind: 'container' | 'image' | 'network' | 'volume'
      /** Such as `create`, `start`, `die`, `destroy`, `pull`. */
      readonly action: string
      readonly id: string
      /** RFC 3339, nanoseconds where the engine has them. */
      readonly at: string
      readonly attributes: Readonly<Record<string, string>>
    }
  | { readonly kind: 'gap'; readonly from: string; readonly to: string }

/** What a prune removed. Labels are required so that nothing of a stranger goes. */
export interface PruneFilter extends CallOptions {
  readonly labels: Readonly<Record<string, string>>
}

export interface PruneResult {
  readonly removed: readonly string[]
  readonly reclaimedBytes: number
}
