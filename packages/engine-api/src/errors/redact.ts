import { RuntimeError, withPrintableUrls } from '@moorage/runtime-core'
import { AnswerError } from '../client/answer-error.ts'
import { TransportError } from '../transport/errors.ts'
import type { CallSecrets, SecretForm } from './call-secrets.ts'

/** No text of an error is longer. */
const longestText = 8 * 1024

/** Deeper than any error that is made here. */
const deepest = 8

/**
 * The error as it may leave the runtime: the secrets of its call are replaced by the names of their fields in all its
 * texts, in its details and in its causes; texts of engines have a bound. Errors of the caller, such as the reason of an
 * abort, stay as they are, and so does an error in which there is nothing to replace.
 */
export function redactError(error: unknown, secrets: CallSecrets | undefined): unknown {
  return isOurs(error) ? redacted(error, secrets?.forms ?? [], 0) : error
}

/** Whether an error was made here, and not by the caller. */
export function isOurs(error: unknown): boolean {
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
  const entries = Object.entries(value).map(([key, item]) => [key, item, redacted(item, forms, depth + 1)] as const)
  if (entries.every(([, item, shown]) => item === shown)) return value
  return Object.fromEntries(entries.map(([key, , shown]) => [key, shown]))
}

/** An error of the same class with the same fields. */
function redactedError(error: Error, forms: readonly SecretForm[], depth: number): Error {
  const message = redactText(error.message, forms)
  const fields = Reflect.ownKeys(error)
    .filter((key) => key !== 'stack' && key !== 'message')
    .map((key) => {
      const before: unknown = Reflect.get(error, key)
      return { key, before, after: redacted(before, forms, depth + 1) }
    })
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

/** The stack begins with the message, which has a bound of its own. */
function redactedStack(error: Error, message: string, forms: readonly SecretForm[]): string {
  const { stack = '' } = error
  const at = error.message === '' ? -1 : stack.indexOf(error.message)
  if (at === -1) return redactText(stack, forms)
  return stack.slice(0, at) + message + redactText(stack.slice(at + error.message.length), forms)
}

// An engine may send any text: no pattern may take longer than in proportion to its length.

/** `Authorization` and its like, as proxies and registries echo them. */
const authorization = /\b(Bearer|Basic)\s{1,8}[\w+/.~-]{8,}={0,2}/gi

/** A variable or an option whose name says that its value is a secret. */
const assignment =
  /\b([\w-]{0,64}(?:passw(?:or)?d|secret|token|api[_-]?key)[\w-]{0,64}=)("[^"]{0,999}"|'[^']{0,999}'|[^\s,;&"']+)/gi

/** What was replaced by the name of its field stays. */
function keepPlaceholder(whole: string, name: string, value: string): string {
  return /^["']?\[/.test(value) ? whole : `${name}…`
}

function redactText(text: string, forms: readonly SecretForm[]): string {
  // What an upload sent, and something echoed: no message for people has such a byte.
  const nul = text.indexOf('\0')
  if (nul === -1) return boundedText(text, forms)
  return `${boundedText(text.slice(0, nul), forms)}… (${text.length - nul} characters of binary data left out)`
}

function boundedText(text: string, forms: readonly SecretForm[]): string {
  if (text.length <= longestText) return replaceSecrets(text, forms)
  // With what a secret at the bound needs to be found; the end may have the beginning of another one.
  const margin = forms[0]?.text.length ?? 0
  const shown = replaceSecrets(text.slice(0, longestText + margin), forms)
  const kept = shown.slice(0, Math.max(0, Math.min(longestText, shown.length - margin)))
  return `${kept}… (${text.length - longestText} characters left out)`
}

function replaceSecrets(text: string, forms: readonly SecretForm[]): string {
  let shown = text
  for (const { text: form, placeholder } of forms)
    if (shown.includes(form)) shown = shown.replaceAll(form, () => placeholder)
  return withPrintableUrls(shown).replaceAll(authorization, '$1 …').replaceAll(assignment, keepPlaceholder)
}
