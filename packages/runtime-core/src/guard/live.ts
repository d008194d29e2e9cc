import type { ContainerAttachment, ExecProcess } from '../exec.ts'
import type { RuntimeStream } from '../call-options.ts'
import { createStream } from '../streams/iterator.ts'
import type { CallScope } from './scope.ts'

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
    kill: (signal) => scope.wait(() => made.kill(signal)),
    exited,
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
    write: (bytes) => scope.wait(() => made.write(bytes)),
    endStdin: () => scope.wait(() => made.endStdin()),
    resize: (size) => scope.wait(() => made.resize(size)),
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
