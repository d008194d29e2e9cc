import type { CallOptions, RuntimeStream } from '../call-options.ts'
import { createStream } from '../streams/iterator.ts'
import type { CallRegistry, CallScope } from './scope.ts'
import type { CallSource } from './sources.ts'

/** What the guard needs to know of a call. */
export interface GuardedCall<Options extends CallOptions, T> {
  readonly operation: string
  readonly options: Options | undefined
  /** Throws INVALID_ARGUMENT or UNSUPPORTED. */
  readonly check: () => void
  /** What the call reads, if it reads anything: taken as soon as the checks have passed, freed when the call has ended. */
  readonly source?: CallSource | undefined
  readonly body: (options: Options & { readonly signal: AbortSignal }) => Promise<T>
  /**
   * For calls that create: an abort rejects the caller at once and lets the request finish, so that what it made is
   * known and can be removed with this, in the background.
   */
  readonly undo?: (made: T, signal: AbortSignal) => Promise<void>
  /** For answers that live on: takes the scope over and ends it when they have ended. */
  readonly hold?: (made: T, scope: CallScope) => T
  /** Frees an answer that came after the abort and that nobody will hold. */
  readonly discard?: (made: T) => Promise<void>
}

type WithEvents = CallOptions & { readonly onEvent?: (event: never) => void }

/** Runs a call: signal, closed, arguments, capabilities, and only then the adapter. What `describe` throws rejects it. */
export function runCall<Options extends WithEvents, T>(
  registry: CallRegistry,
  describe: () => GuardedCall<Options, T>,
): Promise<T> {
  return registry.track(async () => {
    const call = describe()
    const scope = admitted(registry, call)
    const events = guardEvents(call.options, scope)
    const start = async (signal: AbortSignal): Promise<T> => {
      // A turn later, so that an abort right after the call still finds that nothing was sent.
      await undefined
      scope.signal.throwIfAborted()
      return call.body({ ...call.options, ...events.option, signal } as Options & { readonly signal: AbortSignal })
    }
    const { undo, hold, discard } = call
    let held = false
    const result = undo === undefined ? start(scope.signal) : registry.lasting(start)
    try {
      const made = await scope.wait(() => result)
      if (hold === undefined) return made
      held = true
      return hold(made, scope)
    } catch (error) {
      if (scope.signal.aborted) {
        registry.inBackground(
          result.then((made) =>
            undo === undefined ? discard?.(made) : registry.cleanUp(call.operation, (signal) => undo(made, signal)),
          ),
        )
      }
      throw error
    } finally {
      events.end()
      if (!held) scope.end()
    }
  })
}

/** Whatever is refused here has sent nothing, and has read nothing of a source, which is freed. */
function admitted<Options extends CallOptions, T>(registry: CallRegistry, call: GuardedCall<Options, T>): CallScope {
  const caller = callerSignal(call.options)
  try {
    registry.admit(call.operation, caller)
    call.check()
    call.source?.take()
  } catch (error) {
    call.source?.release(error)
    throw error
  }
  return registry.openScope(call.operation, caller, (reason) => call.source?.release(reason))
}

/** The same for a method that answers a stream: everything happens at the first `next()`. */
export function runStream<Options extends CallOptions, T>(
  registry: CallRegistry,
  describe: () => {
    readonly operation: string
    readonly options: Options | undefined
    readonly check: () => void
    readonly body: (options: Options & { readonly signal: AbortSignal }) => RuntimeStream<T>
  },
): RuntimeStream<T> {
  return createStream(() => {
    const call = describe()
    const caller = callerSignal(call.options)
    registry.admit(call.operation, caller)
    call.check()
    const scope = registry.openScope(call.operation, caller)
    const stream = openStream(scope, () =>
      call.body({ ...call.options, signal: scope.signal } as Options & { readonly signal: AbortSignal }),
    )
    let left = false
    const leave = (): void => {
      if (left) return
      left = true
      registry.inBackground(settle(() => stream.return()))
    }
    // Nobody may be reading when the runtime closes; the adapter's stream must not stay open until somebody does.
    scope.onAbort = leave
    return {
      pull: () => scope.wait(() => stream.next()),
      release() {
        scope.end()
        leave()
        // An adapter's stream that cannot settle `return()` while a read is pending still sees its signal.
        scope.abort()
      },
    }
  })
}

function openStream<T>(scope: CallScope, open: () => RuntimeStream<T>): RuntimeStream<T> {
  try {
    return open()
  } catch (error) {
    scope.end()
    throw error
  }
}

/** The caller's `onEvent`, silent once the call has ended; a callback that throws or rejects aborts the call. */
function guardEvents(
  options: WithEvents | undefined,
  scope: CallScope,
): { readonly option: { readonly onEvent?: (event: never) => void }; readonly end: () => void } {
  const onEvent: ((event: never) => unknown) | undefined = options?.onEvent
  let listening = true
  const end = (): void => {
    listening = false
  }
  if (onEvent === undefined) return { option: {}, end }
  const guarded = (event: never): void => {
    if (!listening || scope.signal.aborted) return
    try {
      const answer = onEvent(event)
      if (answer instanceof Promise) answer.catch((error: unknown) => scope.abort(error))
    } catch (error) {
      scope.abort(error)
    }
  }
  return { option: { onEvent: guarded }, end }
}

async function settle(work: () => Promise<unknown>): Promise<void> {
  await work()
}

/** The signal, also of options that have not been checked yet. */
function callerSignal(options: CallOptions | undefined): AbortSignal | undefined {
  const signal: unknown = typeof options === 'object' && options !== null ? options.signal : undefined
  return signal instanceof AbortSignal ? signal : undefined
}
