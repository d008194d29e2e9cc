import { must, untested, type Clauses } from './clause.ts'

/** What holds for every call. */
export const calls = {
  'info.answers': must(
    'info() resolves with the backend, the engine’s id, name and version, and its operating system and architecture.',
  ),
  'info.same-engine': must('Two runtimes on one engine are told the same `engineId`.'),

  'capabilities.shape': must(
    '`capabilities` has every flag as a boolean, is frozen, survives JSON, and is the same for the life of the runtime.',
  ),
  'capabilities.gate-refused': must(
    'A method whose gate is not claimed rejects with UNSUPPORTED; `details.capability` names the gate, and nothing is changed.',
  ),
  'capabilities.field-refused': must(
    'A field of a spec whose gate is not claimed rejects with UNSUPPORTED; `details.field` names the field, and nothing is created.',
  ),

  'abort.before': must(
    'A call whose signal is already aborted rejects with `signal.reason` itself, and nothing is sent or created.',
  ),
  'abort.midway': must(
    'A call whose signal is aborted while it goes on rejects with `signal.reason` itself within milliseconds, whatever the engine is doing.',
  ),
  'abort.no-listener': must(
    'When a call has ended, however it ended, none of its listeners is left on the caller’s signal.',
  ),
  'abort.undone': must(
    'What an aborted create makes nevertheless is removed in the background; `close()` waits for that.',
  ),
  'abort.container-lives': must('An aborted wait, log follow or exec leaves the container itself running.'),
  'abort.exec-killed': must('An aborted exec’s process is killed where the image has the means.'),

  'arguments.refused': must(
    'A malformed argument rejects with INVALID_ARGUMENT; `details.field` names it, and nothing is sent or created.',
  ),
  'arguments.values': must(
    'A number, an address, a signal or a name of a limit that an engine would read as something else, such as `localhost` as a host address or 0 as a limit, rejects with INVALID_ARGUMENT naming the field.',
  ),
  'arguments.live': must(
    'write, resize and kill of a process, and write and resize of an attachment, reject malformed arguments with INVALID_ARGUMENT naming them, and change nothing.',
  ),

  'source.at-once': must(
    'A source is read from the turn of the event loop in which the method is called: bytes that a later reader would lose arrive.',
  ),
  'source.closed': must(
    'A source is closed when its call has ended, is refused or is aborted, also while it has nothing to yield.',
  ),
  'source.used-up': must(
    'A stream that has ended, is destroyed or is locked, and a stream or an iterator that another call has read or closed, reject with INVALID_ARGUMENT naming the source.',
  ),
  'source.held': must('A call that is refused or aborted never closes a source that another call is reading.'),
  'source.empty': must('A source of an archive that ends without a byte rejects with INVALID_ARGUMENT naming it.'),
  'arguments.unquoted': must(
    'The INVALID_ARGUMENT of a text in the wrong place never contains that text: it names the field, what was expected and the type of the value.',
  ),

  'missing.container': must('Every method that takes a container rejects with CONTAINER_NOT_FOUND when there is none.'),
  'missing.image': must('inspectImage, tagImage and pushImage of a missing image reject with IMAGE_NOT_FOUND.'),
  'missing.network': must('inspectNetwork of a missing network rejects with NETWORK_NOT_FOUND.'),
  'missing.volume': must('inspectVolume of a missing volume rejects with VOLUME_NOT_FOUND.'),
  'missing.named': must('The error of a missing resource names its kind and the id that was asked for.'),

  'errors.branded': must(
    'Every failure is a RuntimeError with a known code, the operation and a message that ends as a sentence.',
  ),

  'close.idempotent': must('close() may be called any number of times, also at once.'),
  'close.refuses': must('After close() every method rejects with RUNTIME_CLOSED.'),
  'close.ends-calls': must('close() ends every open call and stream with RUNTIME_CLOSED.'),
  'close.leaves-others': must('close() touches neither containers nor another runtime on the same engine.'),
  'close.frees': must('After close() no socket of the runtime is open.'),
  'close.process-exits': untested(
    'After close() nothing of the runtime keeps the process from exiting.',
    'A process can only be seen to exit from outside of it; the adapters have tests with child processes.',
  ),

  'events-callback.throws': must('An `onEvent` that throws aborts the call, which rejects with that error.'),
} as const satisfies Clauses
