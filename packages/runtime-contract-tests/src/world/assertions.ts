import assert from 'node:assert/strict'
import { errorCodes, RuntimeError, type RuntimeErrorCode } from '@moorage/runtime-core'

/** Both are equal, deeply. */
export function equal(actual: unknown, expected: unknown, what?: string): void {
  assert.deepEqual(
    actual,
    expected,
    what === undefined ? undefined : `${what}: got ${show(actual)}, not ${show(expected)}`,
  )
}

export function ok(value: unknown, what: string): asserts value {
  assert.ok(value, what)
}

/** Something that is awaited later: that it fails in the meantime is no unhandled rejection. */
export function begun<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined)
  return work
}

/** How a call ended that must not resolve. */
export async function rejection(call: Promise<unknown> | (() => Promise<unknown>)): Promise<unknown> {
  let answer: unknown
  try {
    answer = await (typeof call === 'function' ? call() : call)
  } catch (error) {
    return error
  }
  return assert.fail(`resolved with ${show(answer)}, and should have rejected`)
}

/** The call rejects with this code; answers the error. */
export async function rejects<Code extends RuntimeErrorCode>(
  code: Code,
  call: Promise<unknown> | (() => Promise<unknown>),
): Promise<RuntimeError<Code>> {
  const error = await rejection(call)
  if (!RuntimeError.is(error)) return assert.fail(`rejected with ${show(error)}, not with ${code}`)
  wellMade(error)
  if (!RuntimeError.is(error, code))
    return assert.fail(`rejected with ${error.code} (${error.message}), not with ${code}`)
  return error
}

/** The call rejects with this very value. */
export async function rejectsWith(reason: unknown, call: Promise<unknown> | (() => Promise<unknown>)): Promise<void> {
  const error = await rejection(call)
  assert.ok(error === reason, `rejected with ${show(error)}, not with the reason itself`)
}

/** What holds for every error. */
function wellMade(error: RuntimeError): void {
  assert.ok(Object.hasOwn(errorCodes, error.code), `${error.code} is no code of the table`)
  assert.ok(error.operation.length > 0, `${error.code} does not name its operation`)
  assert.match(error.message, /[.:)\]}`'"!?\d\w]\s*$/s, `${error.code} has no message that ends`)
}

function show(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return String(value)
  }
}
