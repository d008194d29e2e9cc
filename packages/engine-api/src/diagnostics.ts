import type { OnCleanupFailure } from '@moorage/runtime-core'
import { AsyncLocalStorage } from 'node:async_hooks'
import { channel } from 'node:diagnostics_channel'
import { currentSecrets } from './errors/call-secrets.ts'
import { redactError } from './errors/redact.ts'
import { TransportError } from './transport/errors.ts'

/** What is published on `moorage:engine-call` when an engine has answered a request, or has failed to. */
export interface EngineCallMessage {
  readonly backend: string
  /** The method of the runtime that asked, such as `startContainer`; absent while a runtime is being opened. */
  readonly operation?: string
  /** What the method was called with first, such as the id of a container or the reference of an image. */
  readonly subject?: string
  readonly method: string
  /** Without the query, in which there may be what is nobody's business. */
  readonly path: string
  /** Absent when no answer came. */
  readonly status?: number
  /** From the request to the head of its answer, in milliseconds. */
  readonly durationMs: number
  /** Why no answer came: `aborted`, `closed`, `unavailable`, `connection-lost`, `protocol` or another word of that kind. */
  readonly failure?: string
}

/** What is published on `moorage:cleanup-failure`, besides the backend the same as `onCleanupFailure` is told. */
export type CleanupFailureMessage = Parameters<OnCleanupFailure>[0] & { readonly backend: string }

const engineCalls = channel('moorage:engine-call')
const cleanupFailures = channel('moorage:cleanup-failure')

interface Caller {
  readonly operation: string
  readonly subject: string | undefined
}

const callers = new AsyncLocalStorage<Caller>()

/** The same methods; what they ask of an engine is published with their names. */
export function namingCalls<Methods extends object>(methods: Methods): Methods {
  const named = Object.entries(methods).map(([operation, member]: [string, unknown]) => {
    if (typeof member !== 'function') return [operation, member] as const
    return [
      operation,
      (...given: readonly unknown[]): unknown => {
        const [first] = given
        const caller = { operation, subject: typeof first === 'string' ? first : undefined }
        return callers.run(caller, () => within(caller, member(...given)))
      },
    ] as const
  })
  return Object.fromEntries(named) as Methods
}

/** A stream asks its engine when it is read, which is later and elsewhere. */
function within(caller: Caller, answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || !(Symbol.asyncIterator in answer) || !('next' in answer)) {
    return answer
  }
  const stream = answer as AsyncIterator<unknown>
  const named = {
    ...stream,
    next: () => callers.run(caller, () => stream.next()),
    [Symbol.asyncIterator]: () => named,
  }
  return named
}

/** Sends a request, and publishes what became of it if anybody listens. */
export async function publishing<Answer extends { readonly status: number }>(
  backend: string,
  request: { readonly method?: string; readonly path: string },
  send: () => Promise<Answer>,
): Promise<Answer> {
  if (!engineCalls.hasSubscribers) return send()
  const startedAt = performance.now()
  const { method = 'GET' } = request
  const path = request.path.replace(/\?.*$/s, '')
  const publish = (outcome: Pick<EngineCallMessage, 'status' | 'failure'>): void => {
    const { operation, subject } = callers.getStore() ?? {}
    const message: EngineCallMessage = {
      backend,
      ...(operation !== undefined && { operation }),
      ...(subject !== undefined && { subject }),
      method,
      path,
      durationMs: performance.now() - startedAt,
      ...outcome,
    }
    engineCalls.publish(message)
  }
  try {
    const answer = await send()
    publish({ status: answer.status })
    return answer
  } catch (error) {
    publish({ failure: error instanceof TransportError ? error.kind : 'aborted' })
    throw error
  }
}

/** Publishes failed clean-up, and tells whoever asked to be told. */
export function cleanupReporter(backend: string, listener: OnCleanupFailure | undefined): OnCleanupFailure {
  return (reported) => {
    const failure = { ...reported, error: redactError(reported.error, currentSecrets()) }
    const message: CleanupFailureMessage = { backend, ...failure }
    cleanupFailures.publish(message)
    try {
      listener?.(failure)
    } catch {
      // Whoever left is not to be told of a listener's own failure, and nobody else is there.
    }
  }
}
