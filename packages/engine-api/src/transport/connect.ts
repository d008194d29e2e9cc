import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Duplex } from 'node:stream'
import type { Endpoint, TlsOptions } from './endpoint.ts'
import { errorText, TransportError } from './errors.ts'

/** Dead hosts are noticed by the system's keep-alive probes, since the transport has no timeouts of its own. */
const PROBE_AFTER_MS = 30_000

/** What a socket of its own leads to; ssh has one for all. */
export type SocketEndpoint = Exclude<Endpoint, { readonly kind: 'ssh' }>

/** Begins to connect; failures arrive as the socket's 'error'. */
export function connect(endpoint: SocketEndpoint): Duplex {
  const socket = open(endpoint)
  holdWriteErrors(socket)
  return socket
}

/** Whether bytes can travel on this socket: a TLS one must have finished its handshake. */
export function whenConnected(endpoint: Endpoint, socket: Duplex, onConnected: () => void): void {
  socket.once(endpoint.kind === 'tcp' && endpoint.tls !== undefined ? 'secureConnect' : 'connect', onConnected)
}

function open(endpoint: SocketEndpoint): Socket {
  if (endpoint.kind !== 'tcp') return connectPlain({ path: endpoint.path })
  const { host, port, tls } = endpoint
  const address = { host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: PROBE_AFTER_MS }
  if (tls === undefined) return connectPlain(address)
  try {
    return connectTls({ ...address, ...tlsSettings(host, tls) })
  } catch (cause) {
    // Certificates and keys are read at once, before there is a socket that could fail.
    throw new TransportError('unavailable', `cannot use the certificate or key: ${errorText(cause)}`, { cause })
  }
}

/** Sessions are not resumed: daemons that ask for client certificates have been seen to fail the later handshakes. */
function tlsSettings(host: string, tls: TlsOptions): Record<string, unknown> {
  return {
    rejectUnauthorized: tls.verify,
    // A server name must not be an address (RFC 6066); verification then goes by the host itself.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...pem('ca', tls.ca),
    ...pem('cert', tls.cert),
    ...pem('key', tls.key),
  }
}

function pem(name: string, value: string | Uint8Array | undefined): Record<string, unknown> {
  if (value === undefined) return {}
  return { [name]: typeof value === 'string' ? value : Buffer.from(value) }
}

/**
 * An engine may answer and close before it has read all that we send (an early 400, a process that ended while its
 * stdin was being written). The write then fails with EPIPE, and Node destroys the socket with the answer still
 * unread in the kernel. So a failed write is told only after the read side has ended, which it does by itself as the
 * other side is gone: first what was answered, then the failure.
 */
export function holdWriteErrors(socket: Duplex): void {
  const write = socket._write.bind(socket)
  socket._write = (chunk, encoding, callback) => write(chunk, encoding, afterReading(socket, callback))
  const writeMany = socket._writev?.bind(socket)
  if (writeMany !== undefined) socket._writev = (chunks, callback) => writeMany(chunks, afterReading(socket, callback))
  const shutDown = socket._final.bind(socket)
  socket._final = (callback) => shutDown(afterReading(socket, callback))
}

type WriteCallback = (error?: Error | null) => void

function afterReading(socket: Duplex, callback: WriteCallback): WriteCallback {
  return (error) => {
    if (error === undefined || error === null || socket.readableEnded || socket.destroyed) {
      callback(error)
      return
    }
    let told = false
    const tell = (): void => {
      if (told) return
      told = true
      callback(error)
    }
    socket.once('end', tell)
    socket.once('close', tell)
  }
}
