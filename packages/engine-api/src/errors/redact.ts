import { RuntimeError, withPrintableUrls } from '@moorage/runtime-core'
import { AnswerError } from '../client/answer-error.ts'
import { TransportError } from '../transport/errors.ts'
import type { CallSecrets, SecretForm } from './call-secrets.ts'

/** No text of an error is longer. */
const longestText = 8 * 1024

/** Deeper than any error that is made here. */
const deepest = 8

/** Fields that identify an error. They are not searched for secrets. */
const identifying = new Set(['name', 'code', 'kind', 'operation', 'status', 'errno', 'syscall', 'source', 'answers'])

/** The details that are texts; all others are names, numbers and kinds. */
const textDetails = new Set(['expected', 'step', 'logTail', 'arguments', 'lastLines', 'tried'])

/** Errors that a call has rejected with: from then on they are the caller's. */
const released = new WeakSet<object>()

/**
 * The error as it may leave the runtime: the secrets of its call are replaced by the names of their fields in its
 * message, in the engine's words, in the details that are texts and in its causes; texts have a bound. What tells errors
 * apart and the frames of stacks stay. Errors of the caller, such as the reason of an abort, stay as they are, and so
 * does an error in which there is nothing to replace.
 */
export function redactError(error: unknown, secrets: CallSecrets | undefined): unknown {
  if (!isOurs(error) || released.has(error) || secrets?.isCallersError(error) === true) return error
  return redactedError(error, secrets?.forms ?? [], 0)
}

/** The same, of an error that a call rejects with: no later call changes it. */
export function releaseError(error: unknown, secrets: CallSecrets): unknown {
  const shown = redactError(error, secrets)
  if (isOurs(shown)) released.add(shown)
  return shown
}

/** Whether an error is of a class of this library. */
export function isOurs(error: unknown): error is Error {
  return RuntimeError.is(error) || error instanceof AnswerError || error instanceof TransportError
}

function redacted(value: unknown, forms: readonly SecretForm[], depth: number): unknown {
  if (typeof value === 'string') return redactText(value, forms)
  if (typeof value !== 'object' || value === null || depth > deepest) return value
  if (value instanceof Error) return redactedError(value, forms, depth)
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => redacted(item, forms, depth + 1))
    return items.some((item, index) => item !== value[index]) ? items : value
  }
  if (Object.prototype.toString.call(value) !== '[object Object]') return value
  return redactedFields(value, (key) => !identifying.has(key), forms, depth)
}

function redactedFields(
  value: object,
  isText: (key: string) => boolean,
  forms: readonly SecretForm[],
  depth: number,
): object {
  const entries = Object.entries(value).map(
    ([key, item]: [string, unknown]) => [key, item, isText(key) ? redacted(item, forms, depth + 1) : item] as const,
  )
  if (entries.every(([, item, shown]) => item === shown)) return value
  return Object.fromEntries(entries.map(([key, , shown]) => [key, shown]))
}

function redactedField(error: Error, key: string | symbol, forms: readonly SecretForm[], depth: number): unknown {
  const value: unknown = Reflect.get(error, key)
  if (typeof key === 'string' && identifying.has(key)) return value
  if (key === 'details' && RuntimeError.is(error) && typeof value === 'object' && value !== null)
    return redactedFields(value, (detail) => textDetails.has(detail), forms, depth + 1)
  return redacted(value, forms, depth + 1)
}

/** An error of the same class with the same fields. */
function redactedError(error: Error, forms: readonly SecretForm[], depth: number): Error {
  const message = redactText(error.message, forms)
  const fields = Reflect.ownKeys(error)
    .filter((key) => key !== 'stack' && key !== 'message')
    .map((key) => ({ key, before: Reflect.get(error, key) as unknown, after: redactedField(error, key, forms, depth) }))
  const shownStack = redactedStack(error, message, forms)
  if (
    message === error.message &&
    shownStack === (error.stack ?? '') &&
    fields.every(({ before, after }) => before === after)
  )
    return error
  const copy = new Error(message)
  Object.setPrototypeOf(copy, Object.getPrototypeOf(error))
  Object.defineProperty(copy, 'stack', { value: shownStack, configurable: true, writable: true, enumerable: false })
  for (const { key, after } of fields) {
    const enumerable = Object.prototype.propertyIsEnumerable.call(error, key)
    Object.defineProperty(copy, key, { value: after, configurable: true, writable: true, enumerable })
  }
  return copy
}

/** The stack begins with the message; its frames name files of programs. */
function redactedStack(error: Error, message: string, forms: readonly SecretForm[]): string {
  const { stack = '' } = error
  const at = error.message === '' ? -1 : stack.indexOf(error.message)
  if (at !== -1) return stack.slice(0, at) + message + stack.slice(at + error.message.length)
  const frames = /\n\s+at /.exec(stack)?.index ?? stack.length
  return redactText(stack.slice(0, frames), forms) + stack.slice(frames)
}

// An engine may send any text: no pattern may take longer than in proportion to its length.

/** `Authorization` and its like, as proxies and registries echo them. */
const authorization = /\b(Bearer|Basic)\s{1,8}[\w+/.~-]{8,}={0,2}/gi

/** A variable or an option whose name says that its value is a secret. */
const assignment =
  /\b([\w-]{0,64}(?:passw(?:or)?d|secret|token(?!iz|s\b)|api[_-]?key)[\w-]{0,64}=)("[^"]{0,999}"|'[^']{0,999}'|[^\s,;&"']+)/gi

function redactText(text: string, forms: readonly SecretForm[]): string {
  // What an upload sent, and something echoed: no message for people has such a byte.
  const nul = text.indexOf('\0')
  if (nul === -1) return boundedText(text, forms)
  return `${boundedText(text.slice(0, nul), forms)}… (${text.length - nul} characters of binary data left out)`
}

function boundedText(text: string, forms: readonly SecretForm[]): string {
  if (text.length <= longestText) return replaceSecrets(text, forms)
  // With what a secret at the bound needs to be found; where it is cut, the end may have the beginning of another one.
  const margin = forms[0]?.text.length ?? 0
  const searched = longestText + margin
  const shown = replaceSecrets(text.slice(0, searched), forms)
  const end = text.length > searched ? Math.max(0, shown.length - margin) : shown.length
  return `${shown.slice(0, Math.min(longestText, end))}… (${text.length - longestText} characters left out)`
}

// Where a word may begin: also after an escape of a URL, of JSON and of HTML.
const wordStart = String.raw`(?:(?<![\w/.-])|(?<=%[\da-fA-F]{2}|\\[nrt]|\\u[\da-f]{4}|\\x[\da-f]{2}))`
// A dot ends a sentence, or goes on in a name.
const wordEnd = String.raw`(?![\w/-]|\.[\w/-])`

function patternOf({ text, isWord, isBase64 }: SecretForm): string {
  const escaped = text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
  if (isBase64) return `${escaped}[\\w+/-]*={0,2}`
  return isWord ? wordStart + escaped + wordEnd : escaped
}

/** All at once: what stands in the place of one secret is not searched for another. */
function replaceSecrets(text: string, forms: readonly SecretForm[]): string {
  const present = forms.filter((form) => text.includes(form.text))
  const all = new RegExp(present.map(patternOf).join('|'), 'g')
  const placeholderOf = (found: string): string =>
    present.find((form) => found.startsWith(form.text))?.placeholder ?? '…'
  const used = [...new Set(present.map(({ placeholder }) => placeholder))]
  return withPrintableUrls(present.length === 0 ? text : text.replaceAll(all, placeholderOf))
    .replaceAll(authorization, '$1 …')
    .replaceAll(assignment, (whole: string, name: string, value: string) =>
      used.some((placeholder) => value.replace(/^["']/, '').startsWith(placeholder)) ? whole : `${name}…`,
    )
}
