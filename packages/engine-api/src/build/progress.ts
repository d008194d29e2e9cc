import type { BuildEvent } from '@moorage/runtime-core'
import type { FailedStep } from './failures.ts'
import { bytesOf, fieldsOf, numberOf, textOf, type Field, type Wire } from './messages.ts'

interface Step {
  readonly name: string
  isStarted: boolean
  isCompleted: boolean
  error: string
  /** The last lines, and the beginning of the one that is being written. */
  readonly lines: string[]
  rest: string
}

const keptLines = 50

/** What BuildKit traces of one build (`StatusResponse`), made into events. */
export class BuildProgress {
  readonly #wire: Wire
  readonly #onEvent: (event: BuildEvent) => void
  readonly #steps = new Map<string, Step>()
  readonly #decoder = new TextDecoder()

  constructor(wire: Wire, onEvent: (event: BuildEvent) => void) {
    this.#wire = wire
    this.#onEvent = onEvent
  }

  /** One message of the trace. Fields that are not known, which a newer engine may have, are no messages to be read. */
  add(message: Uint8Array): void {
    for (const { number, bytes } of fieldsOf(this.#wire, message)) {
      const fields = (): readonly Field[] => fieldsOf(this.#wire, bytes)
      if (number === 1) this.#vertex(fields())
      else if (number === 2) this.#status(fields())
      else if (number === 3) this.#log(fields())
      else if (number === 4) this.#warning(fields())
    }
  }

  /** The step because of which the build has failed; steps that were only given up with it are not. */
  failure(): FailedStep | undefined {
    for (const { name, error, lines, rest } of this.#steps.values()) {
      if (error === '' || /context canceled|^Canceled/i.test(error)) continue
      return { name, error, logTail: rest === '' ? lines : [...lines, rest].slice(-keptLines) }
    }
    return undefined
  }

  #step(digest: string, name: string): Step {
    const known = this.#steps.get(digest)
    if (known !== undefined) return known
    const step: Step = { name, isStarted: false, isCompleted: false, error: '', lines: [], rest: '' }
    this.#steps.set(digest, step)
    return step
  }

  /** Vertex: digest 1, name 3, cached 4, started 5, completed 6, error 7. */
  #vertex(fields: readonly Field[]): void {
    const id = textOf(fields, 1)
    const name = textOf(fields, 3)
    const step = this.#step(id, name)
    const has = (number: number): boolean => fields.some((field) => field.number === number)
    step.error = textOf(fields, 7) || step.error
    if (has(5) && !step.isStarted) {
      step.isStarted = true
      this.#onEvent({ type: 'step-started', step: id, name })
    }
    if (has(6) && !step.isCompleted) {
      step.isCompleted = true
      const cached = numberOf(fields, 4) === 1
      this.#onEvent({ type: 'step-completed', step: id, cached, ...(step.error !== '' && { error: step.error }) })
    }
  }

  /** VertexStatus: id 1, vertex 2, name 3, current 4, total 5. */
  #status(fields: readonly Field[]): void {
    const totalBytes = numberOf(fields, 5)
    this.#onEvent({
      type: 'transfer',
      step: textOf(fields, 2),
      name: textOf(fields, 1),
      currentBytes: numberOf(fields, 4),
      ...(totalBytes > 0 && { totalBytes }),
    })
  }

  /** VertexLog: vertex 1, stream 3, message 4. */
  #log(fields: readonly Field[]): void {
    const id = textOf(fields, 1)
    const bytes = Uint8Array.from(bytesOf(fields, 4))
    const step = this.#step(id, '')
    const [rest = '', ...lines] = `${step.rest}${this.#decoder.decode(bytes)}`.split('\n').toReversed()
    step.rest = rest
    step.lines.push(...lines.toReversed())
    if (step.lines.length > keptLines) step.lines.splice(0, step.lines.length - keptLines)
    this.#onEvent({ type: 'log', step: id, stream: numberOf(fields, 3) === 2 ? 'stderr' : 'stdout', bytes })
  }

  /** VertexWarning: short text 3, ranges 7 { start 1 { line 1 } }. */
  #warning(fields: readonly Field[]): void {
    const range = fieldsOf(this.#wire, bytesOf(fields, 7))
    const line = numberOf(fieldsOf(this.#wire, bytesOf(range, 1)), 1)
    const text = textOf(fields, 3)
    this.#onEvent({ type: 'warning', text, ...(line > 0 && { line }) })
  }
}
