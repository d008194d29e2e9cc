import { check } from './checks.ts'

/** A name of `/etc/hosts`, where a blank or a line end would begin another one. */
export const hostName = check(
  'a host name of letters, digits, `_`, `-` and `.`',
  (value) => typeof value === 'string' && /^[\p{L}\p{N}_.-]+$/u.test(value),
)

/** An address for a name; `host-gateway` is the engine's host. */
export const hostAddress = check(
  'an IP address or `host-gateway`',
  (value) => typeof value === 'string' && /^(?:[0-9a-fA-F.:]+|host-gateway)$/.test(value),
)

/** A name server. */
export const ipAddress = check(
  'an IP address',
  (value) => typeof value === 'string' && /^[0-9a-fA-F.:]+(?:%[\w.-]+)?$/.test(value),
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

/** A limit of `setrlimit`. */
export const ulimitName = check(
  'the name of a limit, such as `nofile`',
  (value) => typeof value === 'string' && /^[A-Za-z_]+$/.test(value),
)
