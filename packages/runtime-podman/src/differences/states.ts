import { knownStatus } from '@moorage/engine-api'
import type { ContainerStatus } from '@moorage/runtime-core'
import type { Difference } from './difference.ts'

interface State {
  readonly status: ContainerStatus
  /** False while the engine is still at it. */
  readonly settled: boolean
}

const states: Readonly<Record<string, State>> = {
  configured: { status: 'created', settled: true },
  initialized: { status: 'created', settled: true },
  stopping: { status: 'running', settled: false },
  // The process is gone, and its exit code not yet recorded.
  stopped: { status: 'exited', settled: false },
  removing: { status: 'removing', settled: false },
}

/** Where a container is, in Docker's words. */
export function containerState(text: string): State {
  return states[text] ?? { status: knownStatus(text), settled: true }
}

export const stateDifferences: readonly Difference[] = [
  {
    what: 'Containers have states that Docker does not know: configured, initialized, stopping, stopped.',
    seenOn: '5.4, 5.8',
    forcedBy: 'containers/stop/lets-the-process-end-by-itself',
  },
]
