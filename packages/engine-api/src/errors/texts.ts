import type { ContainerSpec, ExecStartFailure } from '@moorage/runtime-core'

/**
 * The one place that reads engines' words: only where status and structured fields leave nothing else. The words are
 * runc's and crun's (as of runc 1.1, crun 1.14 to 1.21), Docker's of 20.10 to 28 and Podman's of 5.4 and 5.8.
 */
const startFailures: readonly (readonly [ExecStartFailure, RegExp])[] = [
  ['working-directory', /chdir to cwd|mkdir of file|cwd must be an absolute path|chdir to|workdir .* does not exist/i],
  ['user', /unable to find (?:user|group)|no matching entries in (?:passwd|group) file/i],
  ['not-executable', /permission denied|is a directory|exec format error/i],
  ['not-found', /executable file .*not found|no such file or directory|command that was not found/i],
]

/** Why a process did not start, from what the engine says about it; `undefined` when it is not about a process. */
export function startFailure(message: string): ExecStartFailure | undefined {
  return startFailures.find(([, words]) => words.test(message))?.[0]
}

/** runc 1.1 on a process for a container whose own has just ended, and of whom the engine may not know it yet. */
export function saysContainerGone(message: string): boolean {
  return /namespace path: lstat \/proc\//.test(message)
}

/** The exit code of a shell for a program that cannot be started. */
export function startFailureExitCode(reason: ExecStartFailure): number {
  return reason === 'not-found' ? 127 : 126
}

/** Docker 20.10 to 28 and Podman 5.x on a host port that is taken: the status is 500 as for anything else. */
export function saysPortInUse(message: string): boolean {
  return /port is already allocated|address already in use/i.test(message)
}

/** Docker on a bind whose source is missing: 400 as for any other malformed mount. */
export function saysSourceMissing(message: string): boolean {
  return /bind source path does not exist|no such file or directory/i.test(message)
}

const unsupportedFields: readonly (readonly [keyof ContainerSpec, RegExp])[] = [
  ['ociRuntime', /unknown or invalid runtime name|unknown runtime specified/i],
  ['gpus', /could not select device driver .*gpu/i],
  ['storageOptions', /--storage-opt is supported only/i],
  ['logDriver', /logging driver does not support reading|log driver, cannot read logs/i],
]

/** Docker 20.10 to 28 and Podman 5.x on an archive that holds no images. */
export function saysNoImages(message: string): boolean {
  return noImages.test(message)
}

const noImages = new RegExp(
  [
    /invalid tar header|unexpected EOF|repositories: no such file|does not match any of the supported image formats/,
    // A file that the manifest names and the archive does not have.
    /(?:open|read|lstat) \S*docker-import-\d+/,
    // A manifest that is none, or of no images.
    /invalid manifest|json: cannot unmarshal|invalid character .* looking for|one or more images are required/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
)

/** Docker 20.10 to 28 and Podman 5.x on what this host does not have: 400 or 500 as for anything else. */
export function unsupportedField(message: string): keyof ContainerSpec | undefined {
  return unsupportedFields.find(([, words]) => words.test(message))?.[0]
}

/** What a failed pull or push is about; Docker before 28 answers 500 for all of them. */
export function registryFailure(
  message: string,
): 'IMAGE_NOT_FOUND' | 'UNAUTHORIZED' | 'RATE_LIMITED' | 'REGISTRY_UNAVAILABLE' | undefined {
  if (/toomanyrequests|too many requests/i.test(message)) return 'RATE_LIMITED'
  if (/unauthorized|authentication required|no basic auth credentials|denied/i.test(message)) return 'UNAUTHORIZED'
  if (
    /manifest unknown|manifest for .* not found|name unknown|does not match the specified platform|no matching manifest|no image found/i.test(
      message,
    )
  ) {
    return 'IMAGE_NOT_FOUND'
  }
  if (
    /connection refused|no such host|timeout|deadline exceeded|unexpected http status|unreachable|eof|server gave http response|tls/i.test(
      message,
    )
  ) {
    return 'REGISTRY_UNAVAILABLE'
  }
  return undefined
}
