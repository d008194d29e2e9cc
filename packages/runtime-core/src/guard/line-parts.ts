import { check } from './checks.ts'

/** A name of `/etc/hosts`, where a blank or a line end would begin another one. */
export const hostName = check(
  'a host name of letters, digits, `_`, `-` and `.`',
  (value) => typeof value === 'string' && /^[\p{L}\p{N}_.-]+$/u.test(value),
)

/** A host name of a container: no blank or line end, of which engines make more than one name. */
export const hostWord = check(
  'a host name without blanks and control characters',
  (value) => typeof value === 'string' && /^[^\s\p{Cc}]+$/u.test(value),
)

/** A user or `user:group`: one line of `/etc/passwd` has the name. */
export const user = check(
  'a user such as `name`, `1000` or `1000:1000`, without control characters',
  (value) => typeof value === 'string' && /^\P{Cc}+$/u.test(value),
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
