const numbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGURG: 23,
  SIGWINCH: 28,
}

/** Those that do nothing to a process without a handler. */
const ignored = new Set(['SIGCHLD', 'SIGCONT', 'SIGSTOP', 'SIGTSTP', 'SIGURG', 'SIGWINCH'])

/** `SIGTERM` for `TERM`, `15` and itself; `undefined` for what is no signal. */
export function signalName(text: string): string | undefined {
  const byNumber = Object.entries(numbers).find(([, number]) => String(number) === text)?.[0]
  if (byNumber !== undefined) return byNumber
  const name = text.startsWith('SIG') ? text : `SIG${text}`
  return Object.hasOwn(numbers, name) ? name : undefined
}

/** The exit code of a process that a signal ends; `undefined` when it does not end it. */
export function exitCodeOf(signal: string): number | undefined {
  return ignored.has(signal) ? undefined : 128 + (numbers[signal] ?? 0)
}
