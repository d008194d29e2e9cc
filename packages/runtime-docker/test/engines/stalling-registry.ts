import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A registry on loopback that lets everyone in and never answers for a manifest. */
export interface StallingRegistry extends AsyncDisposable {
  /** `host:port` */
  readonly address: string
  /** Resolves when somebody waits for a manifest. */
  readonly asked: Promise<void>
}

export async function startStallingRegistry(): Promise<StallingRegistry> {
  let notify: () => void = () => undefined
  const asked = new Promise<void>((resolve) => {
    notify = resolve
  })
  const server = createServer((request, response) => {
    if (request.url === '/v2/') response.end('{}')
    else notify()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: `127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
