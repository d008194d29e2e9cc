import type { Capabilities } from '../capabilities.ts'
import type { RuntimeAdapter } from '../runtime.ts'
import type { CallRegistry } from './scope.ts'

/** What the guarded methods of one runtime share. */
export interface GuardContext {
  readonly adapter: RuntimeAdapter
  /** Frozen: what the adapter claimed when the runtime was made. */
  readonly capabilities: Capabilities
  readonly registry: CallRegistry
  /** The labels with those of a new operation added. */
  readonly labelled: (labels: Readonly<Record<string, string>> | undefined) => Readonly<Record<string, string>>
}
