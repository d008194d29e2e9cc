import { errorCodes, type ErrorBlame, type RuntimeErrorCode } from './error-codes.ts'

/** The kinds of things that errors, labels and events speak of. */
export type ResourceKind = 'container' | 'image' | 'network' | 'volume' | 'exec' | 'registry' | 'engine' | 'project'

/** One way to reach an engine that was tried, and why it did not answer. */
export interface ConnectionAttempt {
  /** What was tried: an address such as `unix:///var/run/docker.sock`, or the name of a backend. */
  readonly target: string
  /** Where the target came from: `option`, the name of an environment variable, `default`. */
  readonly source: string
  readonly reason: string
  /** An option, the environment or a configuration names the target; absent: the engine usually listens there. */
  readonly named?: boolean
  /** The backend of the engine at the target, if that engine is not of the backend that was opened. */
  readonly answers?: string
}

/** Why an exec process did not start. */
export type ExecStartFailure = 'not-found' | 'not-executable' | 'user' | 'working-directory' | 'other'

/** What a compose command failed at. */
export type ComposeFailureKind =
  | 'missing-file'
  | 'invalid-file'
  | 'missing-variable'
  | 'dependency-cycle'
  | 'unknown-service'
  | 'unknown-profile'
  | 'pull'
  | 'build'
  | 'port-in-use'
  | 'name-in-use'
  | 'missing-image'
  | 'missing-network'
  | 'missing-volume'
  | 'unhealthy'
  | 'job-failed'
  | 'timeout'
  | 'other'

interface DetailsByCode {
  INVALID_ARGUMENT: { readonly field: string; readonly expected: string }
  UNSUPPORTED: { readonly capability?: string; readonly field?: string }
  NAME_CONFLICT: { readonly name: string; readonly holderId?: string }
  PORT_IN_USE: { readonly hostPort?: number; readonly holderId?: string }
  NETWORK_CONFLICT: { readonly differs: readonly string[] }
  VOLUME_CONFLICT: { readonly differs: readonly string[] }
  CONTAINER_START_FAILED: { readonly reason: ExecStartFailure; readonly exitCode?: number }
  EXEC_START_FAILED: { readonly reason: ExecStartFailure; readonly exitCode?: number }
  OUTPUT_LIMIT: { readonly limitBytes: number }
  ENGINE_UNAVAILABLE: { readonly tried: readonly ConnectionAttempt[] }
  /** `tried`: the engine that answered, with what is wrong with its version. */
  API_VERSION_UNSUPPORTED: { readonly tried?: readonly ConnectionAttempt[] }
  BUILD_FAILED: {
    /** The name of the step that has failed; absent where none had begun. */
    readonly step?: string
    readonly exitCode?: number
    /** The line of the Dockerfile that is no instruction, from 1. */
    readonly line?: number
    /** The last lines of what the step wrote, fifty at most. */
    readonly logTail: readonly string[]
  }
  COMPOSE_FAILED: {
    readonly kind: ComposeFailureKind
    readonly arguments: readonly string[]
    readonly exitCode?: number
    readonly lastLines: readonly string[]
    /** Which service it is about, where that is known. */
    readonly service?: string
    /** Which profile it is about, for `unknown-profile`. */
    readonly profile?: string
    /** Of `missing-file` and `invalid-file`: the one that compose names, else those of the project; absolute paths. */
    readonly files?: readonly string[]
  }
  COMPOSE_UNAVAILABLE: { readonly tried: readonly ConnectionAttempt[] }
  CREDENTIAL_HELPER_FAILED: { readonly helper: string }
}

/** The typed details of a code; codes without an entry carry none. */
export type ErrorDetails<Code extends RuntimeErrorCode> = Code extends keyof DetailsByCode
  ? DetailsByCode[Code]
  : Readonly<Record<string, never>>

/** What a `RuntimeError` is made from. */
export interface RuntimeErrorInit<Code extends RuntimeErrorCode> {
  /** What happened and what to do next, for a person. */
  readonly message: string
  /** The method that was called, such as `startContainer`. */
  readonly operation: string
  readonly resource?: { readonly kind: ResourceKind; readonly id: string }
  /** The engine's own answer, where there is one. */
  readonly engine?: { readonly status?: number; readonly message: string }
  readonly details: ErrorDetails<Code>
  readonly cause?: unknown
}

const brand: unique symbol = Symbol.for('@moorage/RuntimeError') as never

/**
 * The one error class of Moorage. Tell errors apart by `code`, never by message. `RuntimeError.is` also recognises
 * errors made by another copy of this package. An abort is never wrapped: it rejects with `signal.reason` itself.
 */
export class RuntimeError<Code extends RuntimeErrorCode = RuntimeErrorCode> extends Error {
  override readonly name = 'RuntimeError'
  readonly code: Code
  readonly operation: string
  readonly resource: { readonly kind: ResourceKind; readonly id: string } | undefined
  readonly engine: { readonly status?: number; readonly message: string } | undefined
  readonly details: ErrorDetails<Code>
  /** Identity across copies of the package; use `RuntimeError.is`. */
  readonly [brand] = true

  constructor(code: Code, init: RuntimeErrorInit<Code>) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause })
    this.code = code
    this.operation = init.operation
    this.resource = init.resource
    this.engine = init.engine
    this.details = init.details
  }

  /** Who can do something about it, from the table of codes. */
  get blame(): ErrorBlame {
    return errorCodes[this.code].blame
  }

  /** Whether the same call can succeed later, from the table of codes. */
  get retryable(): boolean {
    return errorCodes[this.code].retryable
  }

  /** Whether a value is a `RuntimeError`, of this or of another copy of the package, and of the given code if one is given. */
  static is<Wanted extends RuntimeErrorCode = RuntimeErrorCode>(
    value: unknown,
    code?: Wanted,
  ): value is RuntimeError<Wanted> {
    if (typeof value !== 'object' || value === null || !(brand in value) || !('code' in value)) return false
    return code === undefined || value.code === code
  }

  /** A plain object for logs and reports; the cause is reduced to its text. */
  toJSON(): Readonly<Record<string, unknown>> {
    const { code, message, operation, resource, engine, details, cause } = this
    return {
      name: this.name,
      code,
      message,
      operation,
      ...(resource && { resource }),
      ...(engine && { engine }),
      details,
      ...(cause !== undefined && { cause: textOf(cause) }),
    }
  }
}

/** Anything can be thrown, also what cannot be told; a log line must not fail for it. */
function textOf(cause: unknown): string {
  try {
    return String(cause)
  } catch {
    return Object.prototype.toString.call(cause)
  }
}

/** An INVALID_ARGUMENT that names the field and what was expected of it. */
export function invalidArgument(operation: string, field: string, expected: string): RuntimeError<'INVALID_ARGUMENT'> {
  return new RuntimeError('INVALID_ARGUMENT', {
    message: `${operation}: \`${field}\` must be ${expected}.`,
    operation,
    details: { field, expected },
  })
}

/** An UNSUPPORTED for a capability (a gate) or a field that a backend does not honour. */
export function unsupported(
  operation: string,
  details: ErrorDetails<'UNSUPPORTED'>,
  backend: string,
): RuntimeError<'UNSUPPORTED'> {
  const what = details.field === undefined ? 'this operation' : `\`${details.field}\``
  const gate = details.capability === undefined ? '' : ` (capability \`${details.capability}\`)`
  return new RuntimeError('UNSUPPORTED', {
    message: `${operation}: the ${backend} backend does not support ${what}${gate}. Check \`runtime.capabilities\` before calling, or choose another backend.`,
    operation,
    details,
  })
}
