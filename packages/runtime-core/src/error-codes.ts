/** Who can do something about an error: the caller's code, the engine, or the machine and network around them. */
export type ErrorBlame = 'caller' | 'engine' | 'environment'

/** What the table says of one code. */
export interface ErrorCodeEntry {
  readonly blame: ErrorBlame
  /** Whether the same call can succeed later without the caller changing it. */
  readonly retryable: boolean
  readonly meaning: string
}

const entry = (blame: ErrorBlame, retryable: boolean, meaning: string): ErrorCodeEntry =>
  Object.freeze({ blame, retryable, meaning })

/** Every code that a `RuntimeError` can carry. New codes are minor versions. */
export const errorCodes = Object.freeze({
  INVALID_ARGUMENT: entry('caller', false, 'An argument is malformed; `details.field` names it. Nothing was sent.'),
  UNSUPPORTED: entry('caller', false, 'This backend lacks a capability that the call needs. Nothing was changed.'),
  RUNTIME_CLOSED: entry('caller', false, 'The runtime was closed before or during the call.'),
  CONTAINER_NOT_FOUND: entry('caller', false, 'No container has this id or name.'),
  CONTAINER_NOT_RUNNING: entry('caller', false, 'The call needs a running container.'),
  CONTAINER_IS_RUNNING: entry('caller', false, 'The call needs a container that is not running, or `force`.'),
  CONTAINER_NOT_STARTED: entry('caller', false, 'The container was never started, so it has no exit code.'),
  CONTAINER_UNHEALTHY: entry('environment', true, 'The healthcheck of the container has failed for good.'),
  CONTAINER_START_FAILED: entry('caller', false, 'The container process could not be started.'),
  NAME_CONFLICT: entry('caller', false, 'Another container holds the name; `details.holderId` says which.'),
  PORT_IN_USE: entry('environment', true, 'A host port that was asked for is taken.'),
  IMAGE_NOT_FOUND: entry('caller', false, 'Neither the engine nor, for a pull, the registry has this image.'),
  IMAGE_IN_USE: entry('caller', false, 'A container uses the image.'),
  NETWORK_NOT_FOUND: entry('caller', false, 'No network has this id or name.'),
  NETWORK_CONFLICT: entry('caller', false, 'A network of this name exists and differs from what was asked.'),
  NETWORK_IN_USE: entry('caller', true, 'Containers are attached to the network.'),
  VOLUME_NOT_FOUND: entry('caller', false, 'No volume has this name.'),
  VOLUME_CONFLICT: entry('caller', false, 'A volume of this name exists and differs from what was asked.'),
  VOLUME_IN_USE: entry('caller', true, 'Containers use the volume.'),
  PATH_NOT_FOUND: entry('caller', false, 'The path does not exist in the container, or on the host for a mount.'),
  EXEC_START_FAILED: entry('caller', false, 'The exec process never started; `details.reason` says why.'),
  EXEC_INTERRUPTED: entry('environment', true, 'The container went away while the exec process ran.'),
  STDIN_FAILED: entry(
    'caller',
    false,
    'The source of `stdin` failed, or yielded what is neither text nor bytes; `cause` is its error. The process was killed.',
  ),
  STDIN_CLOSED: entry('caller', false, 'Nothing more can be written: the input was ended, or its process has ended.'),
  OUTPUT_LIMIT: entry('caller', false, 'The process wrote more than the limit that the caller set.'),
  BUILD_FAILED: entry('caller', false, 'A step of the build failed; `details` has the step and the end of its log.'),
  COMPOSE_UNAVAILABLE: entry('environment', false, 'No usable compose command was found.'),
  COMPOSE_FAILED: entry('caller', false, 'The compose command failed; `details` has its last lines.'),
  UNAUTHORIZED: entry('caller', false, 'The registry refused the credentials, or the lack of them.'),
  RATE_LIMITED: entry('environment', true, 'The registry asks to slow down.'),
  REGISTRY_UNAVAILABLE: entry('environment', true, 'The registry could not be reached or answered with a failure.'),
  CREDENTIAL_HELPER_FAILED: entry('environment', false, 'A credential helper crashed, hung or answered nonsense.'),
  ENGINE_UNAVAILABLE: entry(
    'environment',
    true,
    'No engine answers; `details.tried` lists what was tried and why not.',
  ),
  ENGINE_ERROR: entry('engine', true, 'The engine answered with a failure that has no narrower code.'),
  API_VERSION_UNSUPPORTED: entry('environment', false, 'The engine is too old or too new for this library.'),
  CONNECTION_LOST: entry('engine', true, 'The connection to the engine ended in the middle of a call.'),
  PROTOCOL_ERROR: entry('engine', false, 'The engine sent something that its protocol does not allow.'),
} satisfies Record<string, ErrorCodeEntry>)

/** The closed union of error codes. */
export type RuntimeErrorCode = keyof typeof errorCodes
