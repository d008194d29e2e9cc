import { createHmac } from 'node:crypto'

/** What `known_hosts` says of a host's key. */
export type HostKeyVerdict = 'known' | 'unknown' | 'changed' | 'revoked'

interface KnownKey {
  readonly revoked: boolean
  readonly type: string
  /** In Base64. */
  readonly key: string
}

/**
 * The keys that files in the form of OpenSSH's `known_hosts` hold for a host: names with wildcards, exclusions, and hashed
 * names are read; certificate authorities are not.
 */
export function knownKeys(files: readonly string[], host: string, port: number): readonly KnownKey[] {
  const name = port === 22 ? host : `[${host}]:${port}`
  return files.flatMap((text) =>
    text.split('\n').flatMap((line): readonly KnownKey[] => {
      const words = line.trim().split(/\s+/)
      const marker = words[0]?.startsWith('@') === true ? words.shift() : undefined
      const [names = '', type = '', key = ''] = words
      if (names.startsWith('#') || key === '' || marker === '@cert-authority' || !matches(names, name)) return []
      return [{ revoked: marker === '@revoked', type, key }]
    }),
  )
}

export function judge(known: readonly KnownKey[], offered: Uint8Array): HostKeyVerdict {
  const text = Buffer.from(offered).toString('base64')
  const same = known.filter(({ key }) => key === text)
  if (same.some(({ revoked }) => revoked)) return 'revoked'
  if (same.length > 0) return 'known'
  return known.some(({ revoked }) => !revoked) ? 'changed' : 'unknown'
}

/** The algorithms by which a host can prove that it has one of these keys; none is named for a host that is unknown. */
export function algorithmsFor(known: readonly KnownKey[]): readonly string[] {
  const types = new Set(known.filter(({ revoked }) => !revoked).map(({ type }) => type))
  return [...types].flatMap((type) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type]))
}

function matches(names: string, host: string): boolean {
  if (names.startsWith('|1|')) {
    const [salt = '', hash = ''] = names.slice('|1|'.length).split('|')
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(host).digest('base64') === hash
  }
  const patterns = names.split(',')
  const excluded = patterns.some((pattern) => pattern.startsWith('!') && isLike(pattern.slice(1), host))
  return !excluded && patterns.some((pattern) => !pattern.startsWith('!') && isLike(pattern, host))
}

function isLike(pattern: string, host: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replace(/\*/g, '.*').replace(/\?/g, '.')}$`, 'i').test(host)
}
