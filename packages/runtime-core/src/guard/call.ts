import type { CallOptions, RuntimeStream } from '../call-options.ts'
import { createStream } from '../streams/iterator.ts'
import type { CallRegistry } from './scope.ts'

/** What the guard needs to know of a call. */
export interface GuardedCall<Options extends CallOptions, T> {
  readonly operation: string
  readonly options: Options | undefined
  /** Throws INVALID_ARGUMENT or UNSUPPORTED. */
  readonly check: () => void
  readonly body: (options: Options & { readonly signal: AbortSignal }) => Promise<T>
  /**
   * For calls that create: an abort rejects the caller at once and lets the request finish, so that what it made is
   * known and can be removed with this, in the background.
   */
  readonly undo?: (made: T) => Promise<void>
}

type WithEvents = CallOptions & { readonly onEvent?: (event: never) => void }

/** Runs a call: signal, closed, arguments, capabilities, and only then the adapter. */
export async function runCall<Options extends WithEvents, T>(
  registry: CallRegistry,
  call: GuardedCall<Options, T>,
): Promise<T> {
  const caller = callerSignal(call.options)
  registry.admit(call.operation, caller)
  call.check()
  const scope = registry.openScope(caller)
  let listening = true
  const onEvent = call.options?.onEvent
  const guardedEvent = (event: never): void => {
    if (!listening || scope.signal.aborted) return
    try {
      onEvent?.(event)
    } catch (error) {
      scope.abort(error)
    }
  }
  const finishing = new AbortController()
  const options = {
    ...call.options,
    signal: call.undo === undefined ? scope.signal : finishing.signal,
    ...(onEvent !== undefined && { onEvent: guardedEvent }),
  } as Options & { readonly signal: AbortSignal }
  const result = Promise.resolve().then(() => call.body(options))
  try {
    return await scope.wait(result)
  } catch (error) {
    if (scope.signal.aborted) registry.inBackground(result.then((made) => call.undo?.(made)))
    throw error
  } finally {
    listening = false
    scope.end()
  }
}

/** The same for a method that answers a stream: everything happens at the first `next()`. */
export function runStream<Options extends CallOptions, T>(
  registry: CallRegistry,
  call: {
    readonly operation: string
    readonly options: Options | undefined
    readonly check: () => void
    readonly body: (options: Options & { readonly signal: AbortSignal }) => RuntimeStream<T>
  },
): RuntimeStream<T> {
  return createStream(() => {
    const caller = callerSignal(call.options)
    registry.admit(call.operation, caller)
    call.check()
    const scope = registry.openScope(caller)
    const stream = call.body({ ...call.options, signal: scope.signal } as Options & { readonly signal: AbortSignal })
    return {
      pull: () => scope.wait(stream.next()),
      release() {
        scope.end()
        registry.inBackground(stream.return())
      },
    }
  })
}

/** The signal, also of options that have not been checked yet. */
function callerSignal(options: CallOptions | undefined): AbortSignal | undefined {
  const signal: unknown = typeof options === 'object' && options !== null ? options.signal : undefined
  return signal instanceof AbortSignal ? signal : undefined
}
