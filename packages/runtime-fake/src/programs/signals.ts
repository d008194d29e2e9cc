import { signalNumber } from '@moorage/runtime-core'

/** Those that do nothing to a process without a handler. */
const ignored = new Set(['SIGCHLD', 'SIGCONT', 'SIGSTOP', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGURG', 'SIGWINCH'])

/** The exit code of a process that a signal ends; `undefined` when it does not end it. */
export function exitCodeOf(signal: string): number | undefined {
  return ignored.has(signal) ? undefined : 128 + (signalNumber(signal) ?? 0)
}
