/** The signals of Linux in their order, from 1. */
const standard = [
  ...['HUP', 'INT', 'QUIT', 'ILL', 'TRAP', 'ABRT', 'BUS', 'FPE', 'KILL', 'USR1', 'SEGV', 'USR2', 'PIPE', 'ALRM'],
  ...['TERM', 'STKFLT', 'CHLD', 'CONT', 'STOP', 'TSTP', 'TTIN', 'TTOU', 'URG', 'XCPU', 'XFSZ', 'VTALRM', 'PROF'],
  ...['WINCH', 'IO', 'PWR', 'SYS'],
]
const otherNames: Readonly<Record<string, number>> = { IOT: 6, CLD: 17, POLL: 29, RTMIN: 34, RTMAX: 64 }

/** The number of a signal on Linux by its name, with or without `SIG`, or by its number; `undefined` for any other text. */
export function signalNumber(text: string): number | undefined {
  if (/^[1-9]\d?$/.test(text)) return Number(text) <= 64 ? Number(text) : undefined
  const name = text.startsWith('SIG') ? text.slice(3) : text
  const index = standard.indexOf(name)
  if (index >= 0) return index + 1
  if (Object.hasOwn(otherNames, name)) return otherNames[name]
  const [, up, down] = /^(?:RTMIN\+([1-9]|1[0-5])|RTMAX-([1-9]|1[0-4]))$/.exec(name) ?? []
  if (up !== undefined) return 34 + Number(up)
  return down === undefined ? undefined : 64 - Number(down)
}

/** The name of a signal on Linux, such as `SIGTERM` for `TERM`, `SIGTERM` and `15`; `undefined` for any other text. */
export function signalName(text: string): string | undefined {
  const number = signalNumber(text)
  if (number === undefined) return undefined
  const name = standard[number - 1]
  if (name !== undefined) return `SIG${name}`
  if (number < 34) return String(number)
  if (number === 34) return 'SIGRTMIN'
  if (number === 64) return 'SIGRTMAX'
  return number < 50 ? `SIGRTMIN+${number - 34}` : `SIGRTMAX-${64 - number}`
}
