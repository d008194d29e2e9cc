const MAX_LINES = 300

/** A file that does not fit on a few screens is more than one thing. */
export function checkSize({ path, text }) {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  if (lines <= MAX_LINES) return []
  const message = `${lines} lines, and ${MAX_LINES} are the most: split the file by noun or verb`
  return [{ path, line: MAX_LINES + 1, message }]
}
