import type { ComposeEvent } from '@moorage/runtime-core'

/** What one line of compose's stderr tells: JSON where the version has it, else ` Container web-1  Started`. */
export function composeEvent(line: string): ComposeEvent | undefined {
  const text = line.trim()
  if (text === '') return undefined
  if (text.startsWith('{')) {
    const event = jsonEvent(text)
    if (event !== undefined) return event
  }
  const [, resource, status] =
    /^((?:Container|Network|Volume|Image|Service|Config|Secret) \S+) {2,}(\S.*)$/.exec(text) ?? []
  return resource === undefined || status === undefined
    ? { resource: '', status: '', text }
    : { resource, status, text }
}

/** What of a line is words for a person, such as a failure. */
export function plainText(line: string): string {
  const event = line.trim().startsWith('{') ? jsonEvent(line.trim()) : undefined
  return event === undefined ? line : event.text
}

function jsonEvent(text: string): ComposeEvent | undefined {
  try {
    const {
      id = '',
      status = '',
      text: words = '',
      message = '',
      msg = '',
    } = JSON.parse(text) as Readonly<Record<string, string>>
    // A warning of compose has `msg`; a line without any of these is no progress.
    const details = [status, words, message, msg].filter((part) => part !== '').join(' ')
    return { resource: id, status: status || words, text: `${id} ${details}`.trim() || text }
  } catch {
    // A line of a build may begin like this too.
    return undefined
  }
}
