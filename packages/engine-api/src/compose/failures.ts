import { RuntimeError, type ComposeFailureKind } from '@moorage/runtime-core'

/**
 * Compose's words (2.26 and 2.40): its exit codes differ between versions, and most failures share one. The first that
 * fits counts.
 */
const kinds: readonly (readonly [ComposeFailureKind, RegExp])[] = [
  ['missing-file', /no configuration file provided|(?:open|stat|env file) \S+: no such file|couldn't find env file/i],
  ['missing-variable', /required variable \S+ is missing/i],
  ['dependency-cycle', /dependency cycle detected/i],
  ['unknown-service', /no such service/i],
  ['unhealthy', /is unhealthy/i],
  ['job-failed', /didn't complete successfully/i],
  ['port-in-use', /port is already allocated|address already in use/i],
  [
    'pull',
    /pull access denied|manifest unknown|manifest for .* not found|failed to resolve reference|unauthorized|toomanyrequests/i,
  ],
  [
    'build',
    /failed to solve|failed to build|dockerfile parse error|executor failed running|process "[^"]*" did not complete/i,
  ],
  [
    'invalid-file',
    /yaml:|validating |additional propert|must be a|invalid (?:compose|project|interpolation|spec)|undefined (?:service|network|volume)|refers to undefined|depends on undefined|top-level object/i,
  ],
]

export function failureKind(lines: readonly string[]): ComposeFailureKind {
  const said = lines.join('\n')
  return kinds.find(([, words]) => words.test(said))?.[0] ?? 'other'
}

const advice: Readonly<Record<ComposeFailureKind, string>> = {
  'missing-file': 'Name the files with `files`, or the folder with `workingDirectory`.',
  'missing-variable': 'Set it with `env` or `envFiles`.',
  'dependency-cycle': 'Take one of the dependencies away.',
  'unknown-service': 'Look at the names of the services, and whether their profiles are enabled.',
  unhealthy: 'Read the logs of the service, or run its healthcheck with an exec.',
  'job-failed': 'Read the logs of the service.',
  'port-in-use': 'Stop what holds the port, or choose another one.',
  pull: 'Check the name of the image and the credentials for its registry.',
  build: 'Read the last lines of the build.',
  'invalid-file': 'Correct the file.',
  timeout: 'Give it more time with `waitTimeoutMs`, or read the logs of the service.',
  other: 'Read what compose says.',
}

export interface ComposeFailure {
  readonly operation: string
  readonly kind: ComposeFailureKind
  readonly arguments: readonly string[]
  readonly exitCode?: number
  readonly lastLines: readonly string[]
  readonly service?: string
  /** Absent: the last lines. */
  readonly text?: string
}

/** Says what went wrong in compose's own words. */
export function composeFailed({ operation, text, ...details }: ComposeFailure): RuntimeError<'COMPOSE_FAILED'> {
  const words = text ?? details.lastLines.slice(-3).join('; ')
  return new RuntimeError('COMPOSE_FAILED', {
    message: `${operation}: ${words.trim().replace(/\.$/, '') || 'compose failed without a word'}. ${advice[details.kind]}`,
    operation,
    details,
  })
}
