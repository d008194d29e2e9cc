import { connect as connectPlain, type Socket } from 'node:net'
import type { Client, ClientChannel, ParsedKey } from 'ssh2'
import { errorText, transportClosed, TransportError } from '../errors.ts'
import { algorithmsFor, judge, knownKeys } from './known-hosts.ts'
import { agentOf, readIdentities, readKnownHosts, usualUser, type SshOptions } from './settings.ts'
import { SshSocket } from './socket.ts'

/** Where an engine is on another machine. */
export interface SshTarget {
  readonly host: string
  readonly port: number
  readonly user?: string
  /** The engine's socket there; absent: `docker system dial-stdio` finds it. */
  readonly path?: string
}

/** Dead machines are noticed after three of these. */
const aliveEveryMs = 15_000

const stderrBytes = 4096

/** A server allows only so many channels on one connection; this is one, and how many are open on it. */
interface Link {
  readonly client: Client
  channels: number
  /** It has refused one more, and none has been closed since. */
  isFull: boolean
}

/**
 * One ssh connection for all calls to an engine: each gets a channel. Where the server allows no more on it (OpenSSH: ten),
 * another connection is made beside it. One that was lost is made anew.
 */
export class SshConnection {
  readonly #target: SshTarget
  readonly #options: SshOptions
  readonly #links = new Set<Link>()
  readonly #sockets = new Set<Socket>()
  #growing: Promise<Link> | undefined
  #closed = false

  constructor(target: SshTarget, options: SshOptions) {
    this.#target = target
    this.#options = options
  }

  open(): SshSocket {
    return new SshSocket(() => this.#channel())
  }

  close(): void {
    this.#closed = true
    for (const socket of this.#sockets) socket.destroy()
  }

  async #channel(): Promise<ClientChannel> {
    for (;;) {
      for (const link of this.#links) {
        if (link.isFull) continue
        const channel = await this.#openOn(link)
        if (channel !== undefined) return channel
      }
      if ([...this.#links].every(({ isFull }) => isFull)) await this.#grow()
    }
  }

  /** `undefined`: the server allows no more of them. */
  async #openOn(link: Link): Promise<ClientChannel | undefined> {
    const { path } = this.#target
    link.channels += 1
    try {
      const channel = await (path === undefined ? dialStdio(link.client) : forward(link.client, path))
      channel.once('close', () => {
        link.channels -= 1
        link.isFull = false
      })
      return channel
    } catch (error) {
      link.channels -= 1
      if (path !== undefined || link.channels === 0 || !isRefusal(error)) throw error
      link.isFull = true
      return undefined
    }
  }

  #grow(): Promise<Link> {
    this.#growing ??= this.#connect()
      .then((client) => {
        const link: Link = { client, channels: 0, isFull: false }
        this.#links.add(link)
        client.once('close', () => this.#links.delete(link))
        return link
      })
      .finally(() => {
        this.#growing = undefined
      })
    return this.#growing
  }

  async #connect(): Promise<Client> {
    if (this.#closed) throw transportClosed()
    const { host, port, user: username = usualUser() } = this.#target
    const { Client: SshClient, utils } = await import('ssh2').then((module) => module.default)
    const known = knownKeys(await readKnownHosts(this.#options), host, port)
    const { keys, unusable } = await readIdentities(this.#options, (content) => firstKey(utils.parseKey(content)))
    const algorithms = algorithmsFor(known)
    const agent = agentOf(this.#options)
    const socket = connectPlain({ host, port, noDelay: true })
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    const client = new SshClient()
    let refusal: string | undefined
    const attempts = [
      ...(agent === undefined ? [] : [{ type: 'agent' as const, username, agent }]),
      ...keys.map((key) => ({ type: 'publickey' as const, username, key })),
    ]
    const tried = attempts.length
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error): void => {
        socket.destroy()
        const reason = refusal ?? explain(error, { username, host, tried, unusable })
        reject(new TransportError('unavailable', reason, { cause: error }))
      }
      socket.once('error', fail)
      client.once('ready', resolve)
      // Whatever goes wrong later ends the channels; without a listener it would end the process.
      client.on('error', fail)
      client.once('close', () => fail(new Error('the other side has closed the connection')))
      socket.once('connect', () =>
        client.connect({
          sock: socket,
          username,
          readyTimeout: 0,
          keepaliveInterval: aliveEveryMs,
          ...(algorithms.length > 0 && { algorithms: { serverHostKey: [...algorithms] as never } }),
          hostVerifier: (key: Buffer) => {
            const verdict = judge(known, key)
            if (verdict !== 'known') refusal = verdicts[verdict]
            return verdict === 'known'
          },
          authHandler: (_methods, _partial, next) => next(attempts.shift() ?? (false as never)),
        }),
      )
    })
    if (this.#closed) {
      socket.destroy()
      throw transportClosed()
    }
    return client
  }
}

/** RFC 4254, 5.1: what a server says that allows no more channels on a connection is not always a lack of resources. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'reason' in error && typeof error.reason === 'number'
}

const verdicts = {
  unknown: 'its host key is not known. Check it, and add it to known_hosts (ssh-keyscan, or log in once)',
  changed: 'its host key is another one than in known_hosts. Somebody may be in between; or the machine was made anew',
  revoked: 'its host key is revoked in known_hosts',
} as const

interface Login {
  readonly username: string
  readonly host: string
  readonly tried: number
  readonly unusable: readonly string[]
}

function explain(error: Error, { username, tried, unusable }: Login): string {
  const isLogin = 'level' in error && error.level === 'client-authentication'
  if (!isLogin) return errorText(error)
  const keys = tried === 0 ? 'there was no key to log in with' : `none of ${tried} keys or agents was accepted`
  const others = unusable.length === 0 ? '' : ` (${unusable.join('; ')})`
  return `${username} could not log in: ${keys}${others}. Name the key with \`ssh.identityFiles\`, or load it into an agent`
}

function firstKey(parsed: ParsedKey | readonly ParsedKey[] | Error): ParsedKey | Error {
  if (!Array.isArray(parsed)) return parsed as ParsedKey | Error
  return (parsed as readonly ParsedKey[])[0] ?? new Error('it holds no key')
}

function forward(client: Client, path: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.openssh_forwardOutStreamLocal(path, (error, channel) => {
      if (error) reject(new Error(`${path} cannot be reached over ssh: ${error.message}`, { cause: error }))
      else resolve(channel)
    })
  })
}

/** Docker's own way: its client on the other machine passes the bytes on. */
function dialStdio(client: Client): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec('docker system dial-stdio', (error, channel) => {
      if (error) return reject(error)
      let said = ''
      channel.stderr.on('data', (piece: Buffer) => {
        said = `${said}${piece.toString('utf8')}`.slice(0, stderrBytes)
      })
      channel.once('exit', (code: number | null) => {
        if (code === 0 || code === null) return
        channel.emit(
          'error',
          new Error(`\`docker system dial-stdio\` ended with ${code} on the other machine: ${said.trim()}`),
        )
      })
      resolve(channel)
    })
  })
}
