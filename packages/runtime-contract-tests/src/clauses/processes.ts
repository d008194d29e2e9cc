import { must, type Clauses } from './clause.ts'

/** Exec, attach and logs. */
export const processes = {
  'exec.output': must('execContainer resolves with what the process wrote, each stream for itself, and its exit code.'),
  'exec.own-code': must('An exit code of 126 or 127 that is the process’s own is an exit code, not a failure.'),
  'exec.bytes': must(
    'Output is kept byte for byte; text is decoded as a whole, so that characters cut by the engine survive.',
  ),
  'exec.stdin': must('`stdin` reaches the process and is then closed; text, bytes and iterables are taken.'),
  'exec.stdin-unread': must('A process that does not read its stdin ends the call all the same.'),
  'exec.stdin-unread-output': must('A process that ends without reading its `stdin` loses none of its output.'),
  'exec.stdin-failed': must(
    'A source of `stdin` that fails, or yields what is neither text nor bytes, rejects with STDIN_FAILED, whose cause is its error, and the process is killed.',
  ),
  'exec.stdin-terminal': must('On a terminal the end of `stdin` is typed as Ctrl-D, also within a line.'),
  'exec.no-stdin': must('Without `stdin` the process sees an empty one.'),
  'exec.spec': must('Environment, user and working directory of the spec are what the process observes.'),
  'exec.start-failed': must(
    'A process that cannot start rejects with EXEC_START_FAILED, with `reason` `not-found` and 127, or `not-executable`, `user` and `working-directory` and 126.',
  ),
  'exec.limit': must('More output than `maxOutputBytes` rejects with OUTPUT_LIMIT.'),
  'exec.truncate': must('`onOutputLimit: "truncate"` keeps the beginning and says so.'),
  'exec.interrupted': must(
    'A container that ends, or is restarted, while the process runs rejects with EXEC_INTERRUPTED.',
  ),
  'exec.not-running': must('An exec in a container that does not run rejects with CONTAINER_NOT_RUNNING.'),
  'exec.many': must('Execs in one container at the same time do not disturb each other.'),
  'exec.background': must(
    'A call ends with its process: a child that is left behind and keeps the output open does not hold it up.',
  ),
  'exec.terminal': must('On a terminal both streams arrive as stdout.'),

  'process.output': must('startExec answers a process whose output comes while it runs.'),
  'process.stdin': must('What is written reaches the process; `endStdin` closes its stdin while output goes on.'),
  'process.stdin-closed': must('Writing after `endStdin`, or once the process has ended, rejects with STDIN_CLOSED.'),
  'process.kill': must('`kill` ends the process, and `exited` tells.'),
  'process.start-failed': must('startExec of a process that cannot start rejects as execContainer does.'),
  'process.interrupted': must('When the container ends, `exited` rejects with EXEC_INTERRUPTED.'),
  'process.children': must('An abort kills the process with its children.'),
  'process.let-go': must('With `onAbort: "detach"` an abort leaves the process running.'),
  'process.dispose': must('Disposing of a process that still runs ends it as an abort does.'),
  'process.held-up': must('Output that nobody reads holds the process up, and nothing of it is lost.'),
  'process.unread': must('A process that was killed has an exit code though nobody has read its output.'),
  'process.background': must('The output ends soon after the process has, also when a child keeps it open.'),
  'process.sources': must(
    '`stdin` may be text, bytes, and streams of Node and of the web; its end is the end of the input.',
  ),
  'process.stdin-failed': must(
    'When the source of its `stdin` fails the process is killed; `output` and `exited` reject with STDIN_FAILED.',
  ),
  'process.terminal': must('A terminal has its size from the beginning, and `resize` changes it.'),
  'process.detached': must('A detached process runs on by itself, without streams.'),

  'attach.output': must('attachContainer answers what the container writes from then on.'),
  'attach.stdin': must(
    'With `stdin` and `openStdin` what is written, and nothing else, reaches the container’s process.',
  ),
  'attach.stdin-end': must(
    'The process sees the end of its input with `endStdin`, and when an attachment with `stdin` is left; a terminal’s input has no end.',
  ),
  'attach.stdin-closed': must(
    'Writing without `stdin`, after `endStdin`, or once the container has ended, rejects with STDIN_CLOSED; `stdin` of a container without `openStdin` with INVALID_ARGUMENT.',
  ),
  'attach.logs': must('With `includeLogs` what was written before comes first.'),
  'attach.terminal': must('A container’s terminal is written to, read, and resized.'),
  'attach.end': must('The output ends with the container; leaving it leaves the container running.'),
  'attach.ended': must(
    '`ended` reports how an attachment ended, whether or not its output is read: `exited` with the run of the container, `removed` where it was removed before it ran, `detached` where the attachment was disposed of or the caller stopped reading `output`, also before its first read.',
  ),
  'attach.exited': must('attachContainer of one that has exited rejects with CONTAINER_NOT_RUNNING.'),

  'logs.streams': must('containerLogs tells stdout from stderr, and keeps the order within each.'),
  'logs.select': must('`streams` leaves out the other one.'),
  'logs.tail': must('`tail` gives the last so many lines; 0 gives none.'),
  'logs.timestamps': must('`timestamps` puts an RFC 3339 time on every chunk, in order.'),
  'logs.since': must('`since` and `until` cut the output by time.'),
  'logs.follow': must('`follow` gives what is written while it waits, and ends when the container has stopped.'),
  'logs.follow-exited': must('`follow` of a container that has exited gives all and ends.'),
  'logs.follow-until': must(
    '`follow` with `until` gives what is written until then, and ends at that time; in the past, at once.',
  ),
  'logs.leave': must('Leaving the loop ends a follow at once, also while it waits for more.'),
  'logs.never-started': must('A container that was never started has no logs, and that is no error.'),
  'logs.bytes': must('Bytes are kept as they were written: no line end is added, no character replaced.'),
  'logs.terminal': must('A terminal’s output is stdout, and is never taken apart.'),
} as const satisfies Clauses
