import type { FailedStep } from '@moorage/engine-api'
import type { BuildEvent } from '@moorage/runtime-core'

const keptLines = 50

interface Step {
  readonly id: string
  readonly number: string
  readonly name: string
  readonly lines: string[]
  isCached: boolean
}

/** What Buildah writes while it builds, made into events: it tells in words where a step begins and what it took from before. */
export class BuildahProgress {
  readonly #onEvent: (event: BuildEvent) => void
  readonly #prefix: string
  #step: Step | undefined
  /** The last line that was an image's id and nothing else. */
  imageId: string | undefined

  constructor(prefix: string, onEvent: (event: BuildEvent) => void) {
    this.#prefix = prefix
    this.#onEvent = onEvent
  }

  /** One piece of the stream, which may be several lines, or a part of one. */
  add(text: string): void {
    const [, stage = '', number, name] = /^(\[\d+\/\d+\] )?STEP (\d+\/\d+): (.*)$/s.exec(text.trimEnd()) ?? []
    if (number !== undefined && name !== undefined) {
      this.end()
      // Every stage counts its own steps.
      const id = `${this.#prefix}${stage}${number}`
      this.#step = { id, number, name, lines: [], isCached: false }
      this.#onEvent({ type: 'step-started', step: id, name })
      return
    }
    const words = text.trim()
    const [, warning] = /^\[Warning\] (.*)/s.exec(words) ?? []
    if (warning !== undefined) {
      this.#onEvent({ type: 'warning', text: warning })
      return
    }
    if (/^[0-9a-f]{64}$/.test(words)) this.imageId = words
    const isOwn = /^(?:--> |COMMIT\b|Successfully tagged |[0-9a-f]{64}$)/.test(words)
    if (this.#step === undefined) return
    if (words.startsWith('--> Using cache')) this.#step.isCached = true
    if (isOwn) return
    this.#step.lines.push(...text.trimEnd().split('\n'))
    this.#step.lines.splice(0, this.#step.lines.length - keptLines)
    // Both of a process's streams come as one.
    this.#onEvent({ type: 'log', step: this.#step.id, stream: 'stdout', bytes: new TextEncoder().encode(text) })
  }

  /** The step has ended, by itself or with an error. */
  end(error?: string): void {
    if (this.#step === undefined) return
    const { id, isCached: cached } = this.#step
    this.#onEvent({ type: 'step-completed', step: id, cached, ...(error !== undefined && { error }) })
    if (error === undefined) this.#step = undefined
  }

  failure(error: string): FailedStep | undefined {
    if (this.#step === undefined) return undefined
    const { number, name, lines } = this.#step
    return { name: `${number} ${name}`, error, logTail: lines }
  }
}
