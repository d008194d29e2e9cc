import { check } from './checks.ts'

/** A name of `/etc/hosts`, where a blank or a line end would begin another one. */
export const hostName = check(
  'a host name of letters, digits, `_`, `-` and `.`',
  (value) => typeof value === 'string' && /^[\p{L}\p{N}_.-]+$/u.test(value),
)

/** One search domain or option of the resolver. */
export const resolverWord = check(
  'one word without blanks, `#` and `;`',
  (value) => typeof value === 'string' && /^[^\s\p{C}#;]+$/u.test(value),
)

/** A part of a line whose parts end at colons. */
export const colonless = check(
  'a path without `:` where `relabel` is given',
  (value) => typeof value === 'string' && !value.includes(':'),
)
