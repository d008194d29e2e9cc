import { TransportError } from '../transport/errors.ts'

/** An object of an answer before its fields are checked. */
export type AnswerRecord = Readonly<Record<string, unknown>>

export function isRecord(value: unknown): value is AnswerRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The error for an answer that lacks what every engine sends. The answer itself is not quoted: it may hold secrets. */
export function malformed(request: string, expected: string, cause?: unknown): TransportError {
  return new TransportError('protocol', `the answer to ${request} lacks ${expected}`, { cause })
}

/** A text field without which an answer means nothing, such as the id of what was created. */
export function textField(answer: unknown, name: string, request: string): string {
  const value = isRecord(answer) ? answer[name] : undefined
  if (typeof value !== 'string' || value === '') throw malformed(request, `the text \`${name}\``)
  return value
}

/** A list of texts that engines leave out or answer as `null` where it is empty. */
export function textList(answer: unknown, name: string, request: string): readonly string[] {
  const value = isRecord(answer) ? (answer[name] ?? []) : undefined
  if (!Array.isArray(value)) throw malformed(request, `the list \`${name}\``)
  return value.map(String)
}
