import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { pipeline, type Duplex } from 'node:stream'

/** A door of this process, for this user alone, that leads to an engine which only we can reach: by TLS, or over ssh. */
export class Relay {
  readonly #open: () => Duplex
  readonly #sockets = new Set<Socket>()
  #server: Promise<{ readonly server: Server; readonly folder: string; readonly host: string }> | undefined

  constructor(open: () => Duplex) {
    this.#open = open
  }

  /** As `DOCKER_HOST` names it. */
  async host(): Promise<string> {
    this.#server ??= this.#listen()
    return (await this.#server).host
  }

  async close(): Promise<void> {
    if (this.#server === undefined) return
    const { server, folder } = await this.#server
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true, force: true })
  }

  async #listen(): Promise<{ readonly server: Server; readonly folder: string; readonly host: string }> {
    // Nobody else may look into it: the mode is 0700.
    const folder = await mkdtemp(`${tmpdir()}/moorage-`)
    const isWindows = process.platform === 'win32'
    const path = isWindows ? `//./pipe/${folder.split(/[/\\]/).at(-1)}` : `${folder}/engine.sock`
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#connect(socket))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
    server.unref()
    return { server, folder, host: isWindows ? `npipe:////${path.slice(2)}` : `unix://${path}` }
  }

  #connect(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    const engine = this.#open()
    // Two pipelines and the handshake listen: more than the usual ten, and no leak.
    engine.setMaxListeners(20)
    const fail = (error: unknown): void => {
      if (!error) return
      socket.destroy()
      engine.destroy()
    }
    pipeline(socket, engine, fail)
    pipeline(engine, socket, fail)
  }
}
