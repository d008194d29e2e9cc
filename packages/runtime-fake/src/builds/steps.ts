import { RuntimeError, type BuildEvent, type ErrorDetails } from '@moorage/runtime-core'
import type { BuildProblem } from './problem.ts'

const keptLines = 50

/** One step of a build, as callers are told of it. */
export class Step {
  readonly id: string
  readonly #name: string
  readonly #onEvent: (event: BuildEvent) => void
  readonly #decoder = new TextDecoder()
  #lines: readonly string[] = []
  #rest = ''

  constructor(id: string, name: string, onEvent: (event: BuildEvent) => void) {
    this.id = id
    this.#name = name
    this.#onEvent = onEvent
    onEvent({ type: 'step-started', step: id, name })
  }

  log(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    const lines = `${this.#rest}${this.#decoder.decode(bytes, { stream: true })}`.split('\n')
    this.#rest = lines.pop() ?? ''
    this.#lines = [...this.#lines, ...lines].slice(-keptLines)
    this.#onEvent({ type: 'log', step: this.id, stream, bytes })
  }

  transferred(currentBytes: number): void {
    this.#onEvent({ type: 'transfer', step: this.id, name: 'context', currentBytes, totalBytes: currentBytes })
  }

  completed(cached: boolean): void {
    this.#onEvent({ type: 'step-completed', step: this.id, cached })
  }

  /** The failure of the build because of this step. */
  failed(problem: BuildProblem): RuntimeError<'BUILD_FAILED'> {
    this.#onEvent({ type: 'step-completed', step: this.id, cached: false, error: problem.message })
    const logTail = this.#rest === '' ? this.#lines : [...this.#lines, this.#rest].slice(-keptLines)
    const { exitCode } = problem
    const details = { step: this.#name, ...(exitCode !== undefined && { exitCode }), logTail }
    return failure(` in ${this.#name}`, problem, details)
  }
}

/** The same for a build that has not come to a step. */
export function refusedBuild(problem: BuildProblem): RuntimeError<'BUILD_FAILED'> {
  const { line } = problem
  return failure('', problem, { ...(line !== undefined && { line }), logTail: [] })
}

function failure(
  where: string,
  { message }: BuildProblem,
  details: ErrorDetails<'BUILD_FAILED'>,
): RuntimeError<'BUILD_FAILED'> {
  const text = `buildImage: the build has failed${where}: ${message}.`
  return new RuntimeError('BUILD_FAILED', { message: text, operation: 'buildImage', details })
}
