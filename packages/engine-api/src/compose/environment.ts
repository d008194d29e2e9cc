/** What the caller's environment says of an engine is not for compose: it gets the address of this one. */
const engineVariables = ['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_TLS', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH']

/**
 * What would silently change which project a call is about, what it removes, or where and how it tells its progress: the
 * call's own options decide (https://docs.docker.com/compose/how-tos/environment-variables/envvars/).
 */
const projectVariables = [
  'COMPOSE_FILE',
  'COMPOSE_PATH_SEPARATOR',
  'COMPOSE_PROJECT_NAME',
  'COMPOSE_PROJECT_DIRECTORY',
  'COMPOSE_PROFILES',
  'COMPOSE_ENV_FILES',
  'COMPOSE_DISABLE_ENV_FILE',
  'COMPOSE_REMOVE_ORPHANS',
  'COMPOSE_IGNORE_ORPHANS',
  'COMPOSE_COMPATIBILITY',
  'COMPOSE_ANSI',
  'COMPOSE_PROGRESS',
  'COMPOSE_STATUS_STDOUT',
]

const leftOut: ReadonlySet<string> = new Set([...engineVariables, ...projectVariables])

/** What compose inherits of this process's environment. Names are compared as Windows does, where case does not count. */
export function inheritedEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !leftOut.has(name.toUpperCase())))
}

/** A call's own variables, which may fill in files and name projects, and never the engine. */
export function ownEnvironment(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const engine: ReadonlySet<string> = new Set(engineVariables)
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !engine.has(name.toUpperCase())))
}
