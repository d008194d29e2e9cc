import { checks } from '@moorage/runtime-core'
import { backendNames } from './backend.ts'
import type { OpenRuntimeOptions } from './options.ts'

const options = checks.object({
  backend: checks.oneOf(...backendNames),
  allowFake: checks.flag,
  allowOtherEngine: checks.flag,
  host: checks.check(
    'an address such as `unix:///var/run/docker.sock`',
    (value) => typeof value === 'string' && value.trim() !== '',
  ),
  environment: checks.environment,
  onCleanupFailure: checks.callback,
  openTimeoutMs: checks.notNegative,
  signal: checks.abortSignal,
  adapters: checks.filter(Object.fromEntries(backendNames.map((name) => [name, checks.callback]))),
})

/** Callers without a type checker, and options from a file, get an error that names what is wrong with them. */
export function checkOptions(given: OpenRuntimeOptions): void {
  options('openRuntime', 'options', given)
}

/** The signal, also of options that have not been checked yet: an abort comes before everything else. */
export function signalOf(given: OpenRuntimeOptions): AbortSignal | undefined {
  const signal: unknown = typeof given === 'object' && given !== null ? given.signal : undefined
  return signal instanceof AbortSignal ? signal : undefined
}
