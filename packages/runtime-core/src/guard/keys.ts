import { invalidArgument, type RuntimeError } from '../errors.ts'

/** Any other key of a map may be a value in the wrong place, such as `TOKEN=…`. */
const plainName = /^[\w$./-]{1,80}$/

/** The field of an entry of a map. Keys of maps are names by the interface: they are shown where they look like one. */
export function fieldOfEntry(field: string, key: string): string {
  return plainName.test(key) ? `${field}.${key}` : `${field} (key)`
}

/**
 * INVALID_ARGUMENT for a key that an object must not have. The key is shown only where it is known or close to a known one, as
 * after a typing error: any other may be a value in the wrong place.
 */
export function unknownField(
  operation: string,
  field: string,
  key: string,
  known: readonly string[],
): RuntimeError<'INVALID_ARGUMENT'> {
  const shown = known.some((name) => isNear(key, name)) ? `${field}.${key}` : `${field} (key)`
  return invalidArgument(operation, shown, `left out: no such field (known: ${known.join(', ')})`)
}

function isNear(key: string, name: string): boolean {
  const most = Math.min(2, Math.floor(name.length / 3))
  const isPlain = /^\w+$/.test(key) && Math.abs(key.length - name.length) <= most
  return isPlain && editDistance(key.toLowerCase(), name.toLowerCase()) <= most
}

/** How many characters are inserted, removed or replaced between two texts (Levenshtein). */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [row, character] of [...from].entries()) {
    const current = [row + 1]
    for (const [column, other] of [...to].entries()) {
      const replaced = (previous[column] ?? 0) + (character === other ? 0 : 1)
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1))
    }
    previous = current
  }
  return previous.at(-1) ?? 0
}
