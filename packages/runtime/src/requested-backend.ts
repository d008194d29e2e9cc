import { invalidArgument } from '@moorage/runtime-core'
import { backendNames, isBackendName, type BackendName } from './backend.ts'

/** The environment variable that names a backend. */
const variable = 'MOORAGE_BACKEND'

/** A backend that somebody asked for by name, and where. */
export interface NamedBackend {
  readonly backend: BackendName
  /** For a person. */
  readonly by: string
}

/** The backend that the option names, else the one that the environment names, else none. */
export function namedBackend(
  option: BackendName | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  host: string | undefined,
): NamedBackend | undefined {
  const named = fromOption(option) ?? fromEnvironment(environment[variable])
  if (named?.backend === 'fake' && host !== undefined) {
    throw invalidArgument(
      'openRuntime',
      'options.host',
      `absent for the fake (${named.by} names it): it has no address`,
    )
  }
  return named
}

function fromOption(option: BackendName | undefined): NamedBackend | undefined {
  return option && { backend: option, by: 'the `backend` option' }
}

function fromEnvironment(value: string | undefined): NamedBackend | undefined {
  if (value === undefined || value === '') return undefined
  if (!isBackendName(value)) {
    throw invalidArgument('openRuntime', variable, `one of ${backendNames.join(', ')}`)
  }
  return { backend: value, by: variable }
}
