import { invalidArgument } from '@moorage/runtime-core'
import { backendNames, isBackendName } from './backend.ts'
import type { OpenRuntimeOptions } from './options.ts'

const operation = 'openRuntime'
const known = [
  'backend',
  'allowFake',
  'allowOtherEngine',
  'host',
  'environment',
  'onCleanupFailure',
  'openTimeoutMs',
  'signal',
  'adapters',
]

/** Callers without a type checker, and options that were read from a file, are told what is wrong with them. */
export function checkOptions(options: OpenRuntimeOptions): void {
  if (typeof options !== 'object' || options === null) throw invalidArgument(operation, 'options', 'an object')
  const unknown = Object.keys(options).find((key) => !known.includes(key))
  if (unknown !== undefined) {
    throw invalidArgument(operation, `options.${unknown}`, `absent: the options are ${known.join(', ')}`)
  }
  const { backend, allowFake, allowOtherEngine, host, environment, onCleanupFailure, openTimeoutMs, signal, adapters } =
    options
  if (backend !== undefined && !isBackendName(backend)) {
    throw invalidArgument(operation, 'options.backend', `one of ${backendNames.join(', ')}`)
  }
  if (allowFake !== undefined && typeof allowFake !== 'boolean') {
    throw invalidArgument(operation, 'options.allowFake', 'true or false')
  }
  if (allowOtherEngine !== undefined && typeof allowOtherEngine !== 'boolean') {
    throw invalidArgument(operation, 'options.allowOtherEngine', 'true or false')
  }
  if (environment !== undefined && (typeof environment !== 'object' || environment === null)) {
    throw invalidArgument(operation, 'options.environment', 'an object such as `process.env`')
  }
  if (host !== undefined && (typeof host !== 'string' || host === '')) {
    throw invalidArgument(operation, 'options.host', 'an address such as `unix:///var/run/docker.sock`')
  }
  if (onCleanupFailure !== undefined && typeof onCleanupFailure !== 'function') {
    throw invalidArgument(operation, 'options.onCleanupFailure', 'a function')
  }
  if (openTimeoutMs !== undefined && !(Number.isFinite(openTimeoutMs) && openTimeoutMs >= 0)) {
    throw invalidArgument(operation, 'options.openTimeoutMs', 'a number of milliseconds')
  }
  for (const [name, open] of Object.entries(adapters ?? {})) {
    if (!isBackendName(name) || typeof open !== 'function') {
      throw invalidArgument(operation, `options.adapters.${name}`, `a function under one of ${backendNames.join(', ')}`)
    }
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw invalidArgument(operation, 'options.signal', 'an AbortSignal')
  }
}

/** The signal, also of options that have not been checked yet: an abort comes before everything else. */
export function signalOf(options: OpenRuntimeOptions): AbortSignal | undefined {
  const signal: unknown = typeof options === 'object' && options !== null ? options.signal : undefined
  return signal instanceof AbortSignal ? signal : undefined
}
