import type { ContainerAttachment, ExecProcess } from '../exec.ts'
import type { RuntimeStream } from '../call-options.ts'
import { createStream } from '../streams/iterator.ts'
import * as is from './checks.ts'
import type { CallRegistry, CallScope } from './scope.ts'

const killSignal = is.optional(is.signalName)

/** Runs what a caller asks of something that lives: the checks come after its end, and before the adapter. */
type Guarded = <T>(check: (operation: string) => void, body: () => Promise<T>) => Promise<T>

const within =
  (scope: CallScope): Guarded =>
  (check, body) =>
    scope.wait(async () => {
      check(scope.operation)
      return body()
    })

/** What lives on after the call that answered it: the call's scope lives with it and ends it on an abort or a close. */

/** A process: its scope ends when it has exited or is disposed of. */
export function holdProcess(made: ExecProcess, scope: CallScope): ExecProcess {
  const exited = scope.wait(() => made.exited)
  // Who does not ask for the exit code must not be struck by its rejection.
  exited.then(
    () => scope.end(),
    () => scope.end(),
  )
  return {
    id: made.id,
    ...heldEnds(made, scope, () => undefined),
    ...guardedKill(made, within(scope)),
    exited,
  }
}

/** A detached process: its call has ended, and only `close()` refuses what is asked of it. */
export function holdDetached(made: ExecProcess, scope: CallScope, registry: CallRegistry): ExecProcess {
  const { operation } = scope
  scope.end()
  const guarded: Guarded = async (check, body) => {
    registry.admit(operation, undefined)
    check(operation)
    return body()
  }
  return {
    id: made.id,
    output: made.output,
    exited: made.exited,
    ...guardedInput(made, guarded),
    ...guardedKill(made, guarded),
    [Symbol.asyncDispose]: () => made[Symbol.asyncDispose](),
  }
}

function guardedKill(made: ExecProcess, guarded: Guarded): Pick<ExecProcess, 'kill'> {
  return {
    kill: (signal) =>
      guarded(
        (operation) => killSignal(operation, 'signal', signal),
        () => made.kill(signal),
      ),
  }
}

type Input = Pick<ContainerAttachment, 'write' | 'endStdin' | 'resize'>

function guardedInput(made: Input, guarded: Guarded): Input {
  return {
    write: (bytes) =>
      guarded(
        (operation) => is.textOrBytes(operation, 'bytes', bytes),
        () => made.write(bytes),
      ),
    endStdin: () =>
      guarded(
        () => undefined,
        () => made.endStdin(),
      ),
    resize: (size) =>
      guarded(
        (operation) => is.terminalSize(operation, 'size', size),
        () => made.resize(size),
      ),
  }
}

/** A connection to a container: its scope ends with its output, or when it is disposed of. */
export function holdAttachment(made: ContainerAttachment, scope: CallScope): ContainerAttachment {
  scope.onAbort = () => scope.end()
  const ended = scope.wait(() => made.ended)
  ended.catch(ignore)
  return { ...heldEnds(made, scope, () => scope.end()), ended }
}

type HeldEnds = Omit<ContainerAttachment, 'ended'>

function heldEnds(made: HeldEnds, scope: CallScope, outputEnded: () => void): HeldEnds {
  return {
    output: heldStream(made.output, scope, outputEnded),
    ...guardedInput(made, within(scope)),
    async [Symbol.asyncDispose]() {
      scope.end()
      await made[Symbol.asyncDispose]()
    },
  }
}

function heldStream<T>(stream: RuntimeStream<T>, scope: CallScope, ended: () => void): RuntimeStream<T> {
  return createStream(() => ({
    pull: () => scope.wait(() => stream.next()),
    release() {
      ended()
      stream.return().catch(() => undefined)
    },
  }))
}

/** A caller that does not read how it ended is not struck by a rejection. */
function ignore(): void {
  // It is for those who read it.
}
