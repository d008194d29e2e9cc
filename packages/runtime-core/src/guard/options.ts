import { invalidArgument } from '../errors.ts'
import * as is from './checks.ts'

const base = { signal: is.abortSignal }
const remove = { ...base, missing: is.oneOf('error', 'ignore') }
const stop = { ...base, timeoutMs: is.milliseconds }
const withToken = is.object(
  {
    identityToken: is.filledText,
    username: is.absent('beside `identityToken`'),
    password: is.absent('beside `identityToken`'),
  },
  ['identityToken'],
)
const withPassword = is.object({ username: is.text, password: is.text }, ['username', 'password'])

/** A token, or a user name and a password. */
export const credentials: is.Check = (operation, field, value) => {
  const inner = typeof value === 'object' && value !== null && 'identityToken' in value ? withToken : withPassword
  inner(operation, field, value)
}
const progress = { ...base, onEvent: is.callback }

export const call = is.object(base)
export const pull = is.object({ ...progress, platform: is.platform, credentials })
export const push = is.object({ ...progress, credentials })
export const removeImage = is.object({ ...remove, force: is.flag })
export const removeContainer = is.object({ ...remove, force: is.flag, removeVolumes: is.flag })
export const removeOther = is.object(remove)
export const stopContainer = is.object(stop)
export const killContainer = is.object({ ...base, killSignal: is.signalName })
export const waitContainer = is.object({ ...base, condition: is.oneOf('not-running', 'next-exit', 'removed') })
export const execContainer = is.object({
  ...base,
  stdin: is.byteSource,
  maxOutputBytes: is.whole(0),
  onOutputLimit: is.oneOf('error', 'truncate'),
})
export const logs = is.object({
  ...base,
  streams: is.arrayOf(is.oneOf('stdout', 'stderr'), 1),
  follow: is.flag,
  tail: is.whole(0),
  since: is.date,
  until: is.date,
  timestamps: is.flag,
})
const startExecFields = is.object({
  ...base,
  stdin: is.byteSource,
  terminalSize: is.terminalSize,
  detach: is.flag,
  onAbort: is.oneOf('kill', 'detach'),
})

export const startExec: is.Check = (operation, field, value) => {
  startExecFields(operation, field, value)
  const { stdin, detach } = Object(value)
  if (detach === true && stdin !== undefined)
    throw invalidArgument(operation, `${field}.stdin`, 'absent with `detach`: a detached process has no stdin')
}

/** A copy of a plain object, whose getters are called here and not again; any other value as it is. */
export function ownFields<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null ? { ...value } : value
}
