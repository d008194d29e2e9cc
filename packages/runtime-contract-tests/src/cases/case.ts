import type { CapabilityName } from '@moorage/runtime-core'
import type { ClauseId } from '../clauses/index.ts'
import type { World } from '../world/world.ts'

/** What a case needs besides a runtime; where it is missing the case cannot be tested. */
export type Prerequisite = 'registry' | 'private-registry' | 'stalling-registry' | 'checked-image' | 'compose-command'

/** One proof of one or more clauses, without any test runner in it. */
export interface ContractCase {
  /** Area, verb and what is shown, such as `containers/stop/kills-after-the-timeout`. */
  readonly id: string
  readonly clauses: readonly [ClauseId, ...ClauseId[]]
  /** Gates and traits without which the case does not apply. */
  readonly needs?: readonly CapabilityName[]
  readonly prerequisites?: readonly Prerequisite[]
  /** What is shown only of a backend that lacks this gate. */
  readonly lacks?: CapabilityName
  run(world: World): Promise<void>
}
