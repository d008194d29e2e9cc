import type { ContainerAttachment, ExecProcess } from '../exec.ts'
import type { RuntimeStream } from '../call-options.ts'
import { createStream } from '../streams/iterator.ts'
import * as is from './checks.ts'
import type { CallRegistry, CallScope } from './scope.ts'

const killSignal = is.optional(is.signalName)

/** Runs a method of a process or an attachment: a call after its end rejects first, then the arguments are checked, then the adapter is called. */
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
  endsWith(exited, scope)
  return {
    id: made.id,
    ...heldEnds(made, scope),
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

/** A connection to a container: its scope ends with `ended`, which `close()` rejects until then. */
export function holdAttachment(made: ContainerAttachment, scope: CallScope): ContainerAttachment {
  scope.onAbort = () => scope.end()
  const ended = scope.wait(() => made.ended)
  endsWith(ended, scope)
  return { ...heldEnds(made, scope), ended, [Symbol.asyncDispose]: () => made[Symbol.asyncDispose]() }
}

/** Ends the scope when the promise settles. A rejection that the caller does not handle is no unhandled rejection. */
function endsWith(settling: Promise<unknown>, scope: CallScope): void {
  settling.then(
    () => scope.end(),
    () => scope.end(),
  )
}

type HeldEnds = Omit<ContainerAttachment, 'ended'>

function heldEnds(made: HeldEnds, scope: CallScope): HeldEnds {
  return {
    output: heldStream(made.output, scope),
    ...guardedInput(made, within(scope)),
    async [Symbol.asyncDispose]() {
      scope.end()
      await made[Symbol.asyncDispose]()
    },
  }
}

/** Also one that is left before its first read is left in the adapter. */
function heldStream<T>(stream: RuntimeStream<T>, scope: CallScope): RuntimeStream<T> {
  const release = (): void => {
    stream.return().catch(() => undefined)
  }
  return createStream(() => ({ pull: () => scope.wait(() => stream.next()), release }), release)
}
