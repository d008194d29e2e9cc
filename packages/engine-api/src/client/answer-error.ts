/** An answer of the engine that says that the request failed; mapped to a `RuntimeError` where its meaning is known. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError'
  /** What the dialect makes of the engine's status: the one that Docker would give. */
  readonly status: number
  /** The engine's own words. */
  readonly engineMessage: string

  constructor(request: string, status: number, engineMessage: string) {
    super(`${request} was answered with ${status}: ${engineMessage}`)
    this.status = status
    this.engineMessage = engineMessage
  }
}

/** Whether an error is an answer with one of these statuses. */
export function isAnswer(error: unknown, ...statuses: readonly number[]): error is AnswerError {
  return error instanceof AnswerError && statuses.includes(error.status)
}

/** More of an error body is not read. */
export const errorLimitBytes = 1024 * 1024

/**
 * The message of an error body: `{"message": …}` as both daemons write it, else the text itself. It is not cut here: a
 * secret that is cut in two is no longer found.
 */
export function errorMessage(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed) return String(parsed.message).trim()
  } catch {
    // Not JSON: a proxy, or a route that the daemon does not know.
  }
  return body.trim()
}
