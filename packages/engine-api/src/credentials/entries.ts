import { readFile } from 'node:fs/promises'
import type { RegistryCredentials } from '@moorage/runtime-core'

/** Something of a configuration file, of which nothing is known yet. */
export type Unknowns = Readonly<Record<string, unknown>>

/** A file of configuration; one that is missing, or not what it should be, says nothing. */
export async function readConfig(path: string): Promise<Unknowns> {
  try {
    return unknowns(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return {}
  }
}

export function unknowns(value: unknown): Unknowns {
  return typeof value === 'object' && value !== null ? (value as Unknowns) : {}
}

/** What an entry of `auths` holds: a token, a name with a password, or both of these in Base64. */
export function entryCredentials(entry: unknown): RegistryCredentials | undefined {
  const { auth, username, password, identitytoken: identityToken } = unknowns(entry)
  if (isFilled(identityToken)) return { identityToken }
  if (isFilled(username) && isFilled(password)) return { username, password }
  if (!isFilled(auth)) return undefined
  // Some writers end it with a zero.
  const text = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '')
  const colon = text.indexOf(':')
  return colon < 1 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) }
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
