import { TransportError } from './errors.ts'

/**
 * The value that a JSON text is; anything else is a `protocol` error. The error describes the text and has no cause, for
 * both would quote it: an answer of an engine holds the environment of containers.
 */
export function parseJson(text: string, subject: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    throw new TransportError('protocol', `${subject} is not JSON: it ${describe(text.trim())}`)
  }
}

function describe(text: string): string {
  if (text === '') return 'is empty'
  if (text.startsWith('<')) return `looks like a page of HTML or XML of ${text.length} characters`
  if (text.startsWith('{') || text.startsWith('['))
    return `begins like JSON and is cut or damaged (${text.length} characters)`
  return `is another text of ${text.length} characters`
}
