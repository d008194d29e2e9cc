import type { ConnectionAttempt } from './errors.ts'

const schemePattern = /^[a-z][a-z0-9+.-]*:\/\//i

/**
 * An address as messages and logs may show it: without user and password, query and fragment. It accepts any text, since
 * malformed addresses are reported too; of those it rather drops too much than too little.
 */
export function printableAddress(address: string): string {
  const text = address.trim()
  const scheme = schemePattern.exec(text)?.[0] ?? ''
  const rest = text.slice(scheme.length)
  // The path of a socket or a pipe: an `@` or `?` in it is part of a name.
  if (/^(?:unix|npipe):/i.test(scheme) && /^[/\\]/.test(rest)) return text
  // The name of a package.
  if (/^@[a-z0-9-]+\/[a-z0-9-]+$/.test(text)) return text
  // A password with `?` or `#`, or a query with `@`: nothing shows which of the two.
  if (/[?#].*@/s.test(rest)) return `${scheme}…`
  const host = rest.slice(rest.lastIndexOf('@') + 1).replace(/[?#].*$/s, '')
  return `${scheme}${host}`
}

const urlPattern = /\b([a-z][a-z0-9+.-]{0,31}:\/\/)([^\s"'`<>\\]+)/gi
const hostPattern = /^(?:\[[^\]]*\]|[^:@]*)(?::\d*)?$/

/**
 * A text in which every URL is without user and password, query and fragment. Where a URL ends within a text is a guess:
 * use `printableAddress` for what is an address as a whole.
 */
export function withPrintableUrls(text: string): string {
  return text.replaceAll(urlPattern, (_, scheme: string, rest: string) => {
    const authority = /^[^/?#]*/.exec(rest)?.[0] ?? ''
    const isHost = hostPattern.test(authority)
    // A password may have a slash in it; a path may have an `@`.
    const shown = isHost || authority.includes('@') ? rest : rest.slice(rest.lastIndexOf('@') + 1)
    const host = /^[^/?#]*/.exec(shown)?.[0] ?? ''
    const path = shown.slice(host.length).replace(/[?#].*$/, '?…')
    return `${scheme}${host.slice(host.lastIndexOf('@') + 1)}${path}`
  })
}

/** Not a field of the attempt: errors are logged, inspected and serialized, and an address may hold a password. */
const dialed = new WeakMap<ConnectionAttempt, string>()

/**
 * Keeps the address of an attempt with user and password, for an adapter that can open it by the address alone: without
 * certificates or keys of a configuration.
 */
export function keepDialedAddress(attempt: ConnectionAttempt, address: string): void {
  dialed.set(attempt, address)
}

/** The address that `keepDialedAddress` kept for this very object. */
export function dialedAddress(attempt: ConnectionAttempt): string | undefined {
  return dialed.get(attempt)
}
