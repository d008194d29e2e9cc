import { createServer, type AddressInfo, type Socket } from 'node:net'

/** A registry on loopback that takes every connection and never says anything, whether it is asked by TLS or not. */
export interface StallingRegistry extends AsyncDisposable {
  /** `host:port` */
  readonly address: string
  /** Resolves when somebody has asked. */
  readonly asked: Promise<void>
}

export async function startStallingRegistry(): Promise<StallingRegistry> {
  let notify: () => void = () => undefined
  const asked = new Promise<void>((resolve) => {
    notify = resolve
  })
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    // Who asked may go away in any way.
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    notify()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: `127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
