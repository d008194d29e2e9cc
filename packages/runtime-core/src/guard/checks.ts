import { invalidArgument } from '../errors.ts'
import { isImageId, parseImageReference } from '../image-reference.ts'
import { signalNumber } from '../signals.ts'
import { fieldOfEntry, unknownField } from './keys.ts'

/** Throws INVALID_ARGUMENT naming the field, or returns. */
export type Check = (operation: string, field: string, value: unknown) => void

/** A check that rejects values for which `holds` is false; its message has `expected` and the type of the value. */
export function check(
  expected: string,
  holds: (value: unknown) => boolean,
  describe: (value: unknown) => string = describeOffender,
): Check {
  return (operation, field, value) => {
    if (!holds(value)) throw invalidArgument(operation, field, `${expected}, not ${describe(value)}`)
  }
}

/**
 * The type of a value, for a message. Messages end up in logs, and any text may hold a secret, if only because it was
 * passed in the wrong place: texts are never quoted.
 */
export function describeType(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'string') return 'a text'
  if (typeof value === 'boolean') return 'a boolean'
  if (Array.isArray(value)) return 'an array'
  return `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`
}

/** The same for a value that a check rejects; most checks accept some texts. */
function describeOffender(value: unknown): string {
  if (value === '') return 'an empty text'
  if (typeof value === 'string') return 'this text'
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? 'this object' : describeType(value)
}

/** For fields that hold numbers only: the number itself. */
export function describeNumber(value: unknown): string {
  return typeof value === 'number' ? String(value) : describeOffender(value)
}

const isText = (value: unknown): value is string => typeof value === 'string' && !value.includes('\0')

export const text = check('a text without NUL', isText)
export const filledText = check('a text that is not empty', (value) => isText(value) && value !== '')
export const flag = check('true or false', (value) => typeof value === 'boolean')
export const containerName = check(
  'a name of letters, digits, `_`, `.` and `-` that begins with a letter or digit and has at least two characters',
  (value) => typeof value === 'string' && /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(value),
)
/** An id or a name, for looking something up. */
export const identifier = check(
  'an id or a name (letters, digits, `_`, `.` and `-`)',
  (value) => typeof value === 'string' && /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(value),
)
export const imageReference = check(
  'an image reference such as `registry/name:tag`, or an image id',
  (value) => typeof value === 'string' && (isImageId(value) || parseImageReference(value) !== undefined),
)
export const pullReference = check(
  'an image reference such as `registry/name:tag`',
  (value) => typeof value === 'string' && !value.startsWith('sha256:') && parseImageReference(value) !== undefined,
)
export const platform = check(
  'a platform such as `linux/amd64`',
  (value) => typeof value === 'string' && /^[a-z0-9_]+\/[a-z0-9_]+(?:\/[a-z0-9_]+)?$/.test(value),
)
export const absolutePath = check('an absolute path', (value) => isText(value) && value.startsWith('/'))
export const signalName = check(
  'a signal of Linux such as `SIGTERM`, `TERM` or `15`',
  (value) => typeof value === 'string' && signalNumber(value) !== undefined,
)
export const date = check('a valid Date', (value) => value instanceof Date && !Number.isNaN(value.getTime()))
export const abortSignal = check('an AbortSignal', (value) => value instanceof AbortSignal)
export const callback = check('a function', (value) => typeof value === 'function')
const isAsyncIterable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, Symbol.asyncIterator) === 'function'

export const byteIterable = check('an AsyncIterable of bytes', isAsyncIterable)
export const archive = check(
  'bytes, at least one, or an AsyncIterable of bytes',
  (value) => (value instanceof Uint8Array ? value.byteLength > 0 : isAsyncIterable(value)),
  describeType,
)
export const byteSource = check(
  'a text, bytes or an AsyncIterable of bytes',
  (value) => typeof value === 'string' || value instanceof Uint8Array || isAsyncIterable(value),
)
export const textOrBytes = check('a text or bytes', (value) => typeof value === 'string' || value instanceof Uint8Array)

/** A whole number within bounds. */
export const whole = (minimum: number, maximum = Number.MAX_SAFE_INTEGER): Check =>
  check(
    maximum === Number.MAX_SAFE_INTEGER
      ? `a whole number of at least ${minimum}`
      : `a whole number from ${minimum} to ${maximum}`,
    (value) => Number.isSafeInteger(value) && Number(value) >= minimum && Number(value) <= maximum,
    describeNumber,
  )

/** A finite number of at least 0, such as milliseconds. */
export const notNegative = check(
  'a number of at least 0',
  (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
  describeNumber,
)
const isBetween =
  (minimum: number, maximum: number) =>
  (value: unknown): boolean =>
    typeof value === 'number' && value >= minimum && value <= maximum

/** A finite number within bounds. */
export const between = (minimum: number, maximum: number): Check =>
  check(`a number from ${minimum} to ${maximum}`, isBetween(minimum, maximum), describeNumber)

/** 0, or a finite number within bounds. */
export const zeroOrBetween = (minimum: number, maximum: number): Check => {
  const holds = isBetween(minimum, maximum)
  return check(`0, or a number from ${minimum} to ${maximum}`, (value) => value === 0 || holds(value), describeNumber)
}
/** What engines, which count in 32 bits of seconds or 64 of nanoseconds, can hold: 68 years. */
export const longestMs = 2_147_483_647_000
/** A time in milliseconds. */
export const milliseconds = between(0, longestMs)
export const terminalSize: Check = (operation, field, value) =>
  object({ columns: whole(1, 65_535), rows: whole(1, 65_535) }, ['columns', 'rows'])(operation, field, value)

export const oneOf = (...allowed: readonly string[]): Check =>
  check(
    allowed.map((value) => `'${value}'`).join(' or '),
    (value) => typeof value === 'string' && allowed.includes(value),
  )

/** An array whose entries all pass. */
export const arrayOf =
  (entry: Check, minimum = 0): Check =>
  (operation, field, value) => {
    if (!Array.isArray(value)) throw invalidArgument(operation, field, `an array, not ${describeType(value)}`)
    if (value.length < minimum) throw invalidArgument(operation, field, `an array of at least ${minimum} entries`)
    // Not `forEach`: it would skip the holes of a sparse array.
    for (const [index, item] of value.entries()) entry(operation, `${field}[${index}]`, item)
  }

/** A map of texts; keys must not be empty. */
export const textMap =
  (key: Check = filledText, entry: Check = text): Check =>
  (operation, field, value) => {
    if (!isPlainObject(value)) throw invalidArgument(operation, field, `a plain object, not ${describeType(value)}`)
    for (const [name, item] of Object.entries(value)) {
      key(operation, `${field} (key)`, name)
      entry(operation, fieldOfEntry(field, name), item)
    }
  }

/** An object with known fields; a field that is not known is refused, so that a typing error is not silently dropped. */
export const object =
  (fields: Readonly<Record<string, Check>>, required: readonly string[] = []): Check =>
  (operation, field, value) => {
    if (!isPlainObject(value)) throw invalidArgument(operation, field, `a plain object, not ${describeType(value)}`)
    for (const name of required) fields[name]?.(operation, `${field}.${name}`, value[name])
    for (const [name, item] of Object.entries(value)) {
      const fieldCheck = Object.hasOwn(fields, name) ? fields[name] : undefined
      if (fieldCheck === undefined) throw unknownField(operation, field, name, Object.keys(fields))
      if (item !== undefined && !required.includes(name)) fieldCheck(operation, `${field}.${name}`, item)
    }
  }

/** Like `object`, but a field that is present and undefined is refused: in a filter it would silently match everything. */
export const filter =
  (fields: Readonly<Record<string, Check>>): Check =>
  (operation, field, value) => {
    object(fields)(operation, field, value)
    if (!isPlainObject(value)) return
    for (const [name, item] of Object.entries(value)) {
      if (item === undefined) throw invalidArgument(operation, `${field}.${name}`, 'given a value, or left out')
    }
  }

/** A plain value that passes `simple`, or an object (or array) that passes `structured`, whose errors name the inner field. */
export const simpleOr =
  (simple: Check, structured: Check): Check =>
  (operation, field, value) => {
    const inner = typeof value === 'object' && value !== null ? structured : simple
    inner(operation, field, value)
  }

export const literal = (wanted: unknown): Check => check(String(wanted), (value) => value === wanted)

/** For a field of other kinds of the same object. */
export const absent = (where: string): Check => check(`left out ${where}`, (value) => value === undefined)

/** Variables by their names, such as `process.env`. */
export const environment: Check = (operation, field, value) => textMap(text, optional(text))(operation, field, value)

/** What may be left out. */
export const optional =
  (inner: Check): Check =>
  (operation, field, value) => {
    if (value !== undefined) inner(operation, field, value)
  }

/** Not a Map, a Date or bytes: they have no fields of their own and would pass for an empty object. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === '[object Object]'
}
