import { readFile } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import type { ParsedKey } from 'ssh2'

/** How to reach an engine over ssh, where the usual places are not the right ones. */
export interface SshOptions {
  /** Private keys, not encrypted; absent: `id_ed25519`, `id_ecdsa` and `id_rsa` of `~/.ssh`, those that are there. */
  readonly identityFiles?: readonly string[]
  /** Absent: `~/.ssh/known_hosts` and `/etc/ssh/ssh_known_hosts`. A host whose key is in none of them is refused. */
  readonly knownHostsFiles?: readonly string[]
  /** The socket of an agent; absent: `SSH_AUTH_SOCK`, and none where `identityFiles` are given. */
  readonly agentSocket?: string
}

const usualIdentities = ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => `${homedir()}/.ssh/${name}`)
const usualKnownHosts = [`${homedir()}/.ssh/known_hosts`, '/etc/ssh/ssh_known_hosts']

/** The files' contents; those that are not there are left out. */
async function readAll(files: readonly string[]): Promise<readonly (readonly [file: string, content: Buffer])[]> {
  const contents = await Promise.all(
    files.map(async (file) => {
      const content = await readFile(file).catch(() => undefined)
      return content === undefined ? undefined : ([file, content] as const)
    }),
  )
  return contents.filter((content) => content !== undefined)
}

export async function readKnownHosts({ knownHostsFiles = usualKnownHosts }: SshOptions): Promise<readonly string[]> {
  return (await readAll(knownHostsFiles)).map(([, content]) => content.toString('utf8'))
}

/** The keys that can be used, and why others cannot. */
export interface Identities {
  readonly keys: readonly ParsedKey[]
  readonly unusable: readonly string[]
}

export async function readIdentities(
  { identityFiles }: SshOptions,
  parseKey: (content: Buffer) => ParsedKey | Error,
): Promise<Identities> {
  const files = await readAll(identityFiles ?? usualIdentities)
  const parsed = files.map(([file, content]) => [file, parseKey(content)] as const)
  const missing = (identityFiles ?? []).filter((file) => !files.some(([found]) => found === file))
  return {
    keys: parsed.flatMap(([, key]) => (key instanceof Error ? [] : [key])),
    unusable: [
      ...missing.map((file) => `${file} cannot be read`),
      ...parsed.flatMap(([file, key]) => (key instanceof Error ? [`${file}: ${key.message}`] : [])),
    ],
  }
}

export function agentOf({ agentSocket, identityFiles }: SshOptions): string | undefined {
  return agentSocket ?? (identityFiles === undefined ? process.env['SSH_AUTH_SOCK'] || undefined : undefined)
}

/** Who logs in where nobody is named. */
export function usualUser(): string {
  return userInfo().username
}
