/**
 * What went wrong on the way to the engine:
 * - `unavailable`: no connection could be made;
 * - `connection-lost`: a connection was there and ended before the answer did;
 * - `protocol`: the engine, or something in its place, sent what the protocol does not allow;
 * - `daemon`: the engine reported a failure of its own inside a stream;
 * - `closed`: this transport has been closed by the caller;
 * - `input-ended`: the caller has ended the write side of a stream, or has left it;
 * - `invalid-endpoint`, `unsupported-endpoint`: the endpoint's text is wrong, or names a way that is not served here.
 */
export type TransportErrorKind =
  | 'unavailable'
  | 'connection-lost'
  | 'protocol'
  | 'daemon'
  | 'closed'
  | 'input-ended'
  | 'invalid-endpoint'
  | 'unsupported-endpoint'

/** The only error class that the transport makes. An abort is never one of these: it rejects with the signal's reason. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly kind: TransportErrorKind

  constructor(kind: TransportErrorKind, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.kind = kind
  }
}

/** The system's error code (`ECONNRESET`, `HPE_INVALID_CONSTANT`, …), if the error has one. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** The error's message, or whatever was thrown in its place as text. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message || (errorCode(error) ?? error.name) : String(error)
}

/** Says that a connection which had been made ended too early. */
export function connectionLost(while_: string, cause?: unknown): TransportError {
  const detail = cause === undefined ? '' : `: ${errorText(cause)}`
  return new TransportError(
    'connection-lost',
    `the connection was lost ${while_}${detail}`,
    cause === undefined ? {} : { cause },
  )
}

/** Says that the transport was closed under a call, or before it. */
export function transportClosed(): TransportError {
  return new TransportError('closed', 'the transport is closed')
}
