import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from './join.ts'

/** Stands between a runtime and its engine, and counts what goes either way. */
export interface CountingProxy extends AsyncDisposable {
  readonly host: string
  /** What the runtime's side of the sockets has taken so far, in bytes. */
  readonly forwardedBytes: () => number
  /** What the runtime has sent so far, in bytes. */
  readonly sentBytes: () => number
  /** How many connections the runtime has open. */
  readonly connections: () => number
}

/** For an engine behind `unix://` or `tcp://`. It holds up whoever writes when the other side does not read. */
export async function startCountingProxy(endpoint: string): Promise<CountingProxy> {
  const { protocol, pathname, hostname, port } = new URL(endpoint)
  const folder = await mkdtemp(`${tmpdir()}/moorage-proxy-`)
  const path = `${folder}/engine.sock`
  const sockets = new Set<Socket>()
  const clients = new Set<Socket>()
  let forwarded = 0
  let sent = 0
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const options = protocol === 'unix:' ? { path: pathname } : { host: hostname, port: Number(port) }
    const engine = connect({ ...options, allowHalfOpen: true })
    for (const socket of [client, engine]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    }
    engine.on('data', (bytes) => {
      forwarded += bytes.byteLength
    })
    clients.add(client)
    client.on('close', () => clients.delete(client))
    client.on('data', (bytes) => {
      sent += bytes.byteLength
    })
    join(client, engine)
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return {
    host: `unix://${path}`,
    forwardedBytes: () => forwarded,
    sentBytes: () => sent,
    connections: () => clients.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}
