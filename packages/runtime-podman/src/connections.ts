import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { variable } from '@moorage/engine-api'

/** A connection of `podman system connection`. */
export interface Connection {
  readonly name: string
  /** Such as `unix:///run/podman/podman.sock`. */
  readonly uri: string
  readonly file: string
  /** The private key for an `ssh://` address. */
  readonly identity?: string
}

/** What is written in the two places where Podman keeps connections. */
interface Store {
  readonly defaultName: string | undefined
  readonly uris: Readonly<Record<string, unknown>>
  readonly identities: Readonly<Record<string, unknown>>
  readonly file: string
}

/** A connection that is named and configured nowhere. */
export interface MissingConnection {
  readonly missing: string
  /** What names it. */
  readonly source: string
}

/**
 * The connection of this name, or the default one; `undefined` when none is named. Podman 5 keeps connections in
 * `podman-connections.json`, Podman 4 in `containers.conf`; the newer file stands above the older one.
 */
export async function findConnection(
  name: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Connection | MissingConnection | undefined> {
  const folder = `${variable(environment, 'XDG_CONFIG_HOME') ?? `${homedir()}/.config`}/containers`
  const stores = [
    await readConnections(variable(environment, 'PODMAN_CONNECTIONS_CONF') ?? `${folder}/podman-connections.json`),
    await readContainersConf(variable(environment, 'CONTAINERS_CONF') ?? `${folder}/containers.conf`),
  ].filter((store) => store !== undefined)
  const naming = stores.find(({ defaultName }) => defaultName !== undefined)
  const wanted = name ?? naming?.defaultName
  if (wanted === undefined) return undefined
  for (const { uris, identities, file } of stores) {
    const identity = filled(identities[wanted])
    const uri = filled(uris[wanted])
    if (uri !== undefined) return { name: wanted, uri, file, ...(identity !== undefined && { identity }) }
  }
  return { missing: wanted, source: name === undefined ? (naming?.file ?? '') : 'CONTAINER_CONNECTION' }
}

async function readConnections(file: string): Promise<Store | undefined> {
  const text = await readText(file)
  if (text === undefined) return undefined
  const { Default: defaultName, Connections: connections } = record(
    record(parsed(() => JSON.parse(text)))['Connection'],
  )
  return {
    defaultName: filled(defaultName),
    uris: fieldOf(connections, 'URI'),
    identities: fieldOf(connections, 'Identity'),
    file,
  }
}

/** `[engine] active_service` and `[engine.service_destinations.NAME] uri`. */
async function readContainersConf(file: string): Promise<Store | undefined> {
  const text = await readText(file)
  // Most of these files say nothing of connections: only those that do are worth a parser.
  if (text === undefined || !text.includes('service_destinations')) return undefined
  const { parse } = await import('smol-toml')
  const { active_service: active, service_destinations: destinations } = record(
    record(parsed(() => parse(text)))['engine'],
  )
  return {
    defaultName: filled(active),
    uris: fieldOf(destinations, 'uri'),
    identities: fieldOf(destinations, 'identity'),
    file,
  }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    // Not there, or not ours to read: the same as no configuration.
    return undefined
  }
}

/** What is malformed says nothing. */
function parsed(parse: () => unknown): unknown {
  try {
    return parse()
  } catch {
    return undefined
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}

function filled(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function fieldOf(connections: unknown, key: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record(connections)).map(([name, value]) => [name, record(value)[key]]))
}
