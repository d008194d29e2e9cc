import { TarFault } from './fault.ts'

const octal = /^[0-7]+$/
const decimal = /^-?\d+$/

/** A number of a header: octal digits, or base 256 where the first bit is set. */
export function readNumber(field: Uint8Array, what: string): number {
  const first = field[0] ?? 0
  return (first & 0x80) === 0 ? readOctal(field, what) : readBase256(field, what)
}

/** Octal digits between blanks and NUL bytes; an unused field is 0. */
export function readOctal(field: Uint8Array, what: string): number {
  const text = Buffer.from(field)
    .toString('latin1')
    .replace(/^[ \0]+/, '')
    .split('\0', 1)[0]
    ?.trimEnd()
  if (text === undefined || text === '') return 0
  if (!octal.test(text)) throw new TarFault(`a header's ${what} is not a number`)
  return safe(Number.parseInt(text, 8), what)
}

/** Two's complement, big-endian, below the bit that marks it. */
function readBase256(field: Uint8Array, what: string): number {
  const isNegative = ((field[0] ?? 0) & 0x40) !== 0
  let value = isNegative ? -1 : 0
  for (const [index, byte] of field.entries()) {
    const bits = index > 0 ? byte : isNegative ? byte : byte & 0x7f
    value = value * 256 + bits
    if (index === 0 && isNegative) value = bits - 256
    safe(value, what)
  }
  return value
}

/** A decimal number of a PAX record. */
export function readDecimal(text: string, what: string): number {
  if (!decimal.test(text)) throw new TarFault(`the PAX record ${what} is not a number`)
  return safe(Number(text), what)
}

function safe(value: number, what: string): number {
  if (!Number.isSafeInteger(value)) throw new TarFault(`the number ${what} is too large`)
  return value
}
