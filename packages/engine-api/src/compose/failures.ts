import { resolve } from 'node:path'
import { RuntimeError, type ComposeFailureKind, type ComposeProject } from '@moorage/runtime-core'
import { projectFolder } from './arguments.ts'

/**
 * Compose's words (2.26 and 2.40): its exit codes differ between versions, and most failures share one. The first that
 * fits counts.
 */
const kinds: readonly (readonly [ComposeFailureKind, RegExp])[] = [
  // First: the output of a failed build may contain any of the other messages. The second line is Podman's.
  [
    'build',
    new RegExp(
      [
        /failed to solve|failed to build|dockerfile parse error|executor failed running|process "[^"]*" did not complete/,
        /building at STEP|creating build container|classic builder doesn't support|invalid empty ssh agent|unable to prepare context/,
      ]
        .map(({ source }) => source)
        .join('|'),
      'i',
    ),
  ],
  // At the beginning of a line: a missing certificate appears in the middle of one.
  [
    'missing-file',
    /no configuration file provided|^(?:open|stat) .+: no such file|^env file .+ not found|couldn't find env file|bind source path does not exist/im,
  ],
  ['missing-variable', /required variable \S+ is missing/i],
  ['dependency-cycle', /dependency cycle detected/i],
  ['unknown-service', /no such service/i],
  ['unhealthy', /is unhealthy/i],
  ['job-failed', /didn't complete successfully/i],
  ['port-in-use', /port is already allocated|address already in use/i],
  ['name-in-use', /container name \S+ is already in use/i],
  ['missing-network', /network \S+ not found|network \S+ declared as external|unable to find network/i],
  ['missing-volume', /external volume \S+ not found|volume \S+ declared as external/i],
  [
    'invalid-file',
    /yaml:|empty compose file|^invalid (?:host|container)port|^read .+: is a directory|validating |additional propert|must be a|invalid (?:compose|project|interpolation|spec)|undefined (?:service|network|volume)|refers to undefined|depends on undefined|top-level object|^decoding failed|error decoding '|^failed to read .+: line \d+:|^line \d+: |invalid reference format|repository name (?:\S+ )?must be lowercase|unsupported external secret/im,
  ],
  ['missing-image', /no such image/i],
  [
    'pull',
    /^\s*(?:Image )?(\S+) +(?:\S+ )?Pulling\s*$[^]*^\s*(?:Image )?\1 (?:.* )?Error\b|pull access denied|manifest unknown|manifest for .* not found|failed to resolve reference|unauthorized|toomanyrequests|no basic auth credentials/im,
  ],
]

export function failureKind(lines: readonly string[]): ComposeFailureKind {
  const said = lines.join('\n')
  return kinds.find(([, words]) => words.test(said))?.[0] ?? 'other'
}

/** Where compose names the file. */
const fileNames = [
  /^(?:open|stat|read) (.+): (?:no such file|is a directory)/im,
  /^env file (.+) not found/im,
  /couldn't find env file: (.+)/i,
  /bind source path does not exist: (.+)/i,
  /^failed to read (.+): line \d+:/im,
  /^validating (.+?): /im,
]

/** The files that a failure is about; none where it is about something else. */
export function failureFiles(
  kind: ComposeFailureKind,
  lines: readonly string[],
  project: ComposeProject,
): readonly string[] {
  if (kind !== 'missing-file' && kind !== 'invalid-file') return []
  const said = lines.join('\n')
  const named = fileNames.map((words) => words.exec(said)?.[1]).find((name) => name !== undefined)
  const folder = projectFolder(project)
  return (named === undefined ? (project.files ?? []) : [named]).map((file) => resolve(folder, file))
}

const adviceByKind: Readonly<Record<ComposeFailureKind, string>> = {
  'missing-file': 'Name the files with `files` and `envFiles`, or the folder with `workingDirectory`.',
  'missing-variable': 'Set it with `env` or `envFiles`.',
  'dependency-cycle': 'Take one of the dependencies away.',
  'unknown-profile': 'Look at the `profiles` of the services.',
  'unknown-service': 'Look at the names of the services, and whether their profiles are enabled.',
  unhealthy: 'Read the logs of the service, or run its healthcheck with an exec.',
  'job-failed': 'Read the logs of the service.',
  'port-in-use': 'Stop what holds the port, or choose another one.',
  'name-in-use': 'Remove the container that has the name, or choose another name.',
  'missing-network': 'Create the network first, or do not declare it external.',
  'missing-volume': 'Create the volume first, or do not declare it external.',
  'missing-image': 'Pull or build the image first, or let `pullPolicy` and `build` do so.',
  pull: 'Check the name of the image and the credentials for its registry.',
  build: 'Read the last lines of the build.',
  'invalid-file': 'Correct the file.',
  timeout: 'Give it more time with `waitTimeoutMs`, or read the logs of the service.',
  other: 'Read the output of compose.',
}

export interface ComposeFailure {
  readonly operation: string
  readonly kind: ComposeFailureKind
  readonly arguments: readonly string[]
  readonly exitCode?: number
  readonly lastLines: readonly string[]
  readonly service?: string
  readonly profile?: string
  readonly files?: readonly string[]
  /** Absent: the last lines. */
  readonly text?: string
  /** Absent: what the kind suggests. */
  readonly advice?: string
}

/** Lines of progress, which report no failure. */
const progress =
  /^\s*(?:Network|Volume|Container) .+ (?:Creat|Recreat|Start|Stopp|Remov|Wait|Build)(?:ing|ed|e)\s*$|^\s*Container .+ (?:Running|Healthy|Exited)\s*$/

/** The error for a failure, with the message of compose. */
export function composeFailed({ operation, text, advice, ...details }: ComposeFailure): RuntimeError<'COMPOSE_FAILED'> {
  const reported = details.lastLines.filter((line) => !progress.test(line))
  const reason = text ?? (reported.length > 0 ? reported : details.lastLines).slice(-3).join('; ')
  return new RuntimeError('COMPOSE_FAILED', {
    message: `${operation}: ${reason.trim().replace(/\.$/, '') || 'compose failed without output'}. ${advice ?? adviceByKind[details.kind]}`,
    operation,
    details,
  })
}
