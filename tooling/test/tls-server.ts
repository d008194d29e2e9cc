import { once } from 'node:events'
import type { Socket } from 'node:net'
import { createServer } from 'node:tls'
import type { TlsOptions } from '@moorage/engine-api'

/**
 * A certificate that signs itself, for 127.0.0.1 and localhost, and is its own client certificate as well. It
 * protects nothing: the key is public.
 */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBhDCCASmgAwIBAgIBATAKBggqhkjOPQQDAjAiMSAwHgYDVQQDDBdtb29yYWdl
IHRyYW5zcG9ydCB0ZXN0czAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAw
MFowIjEgMB4GA1UEAwwXbW9vcmFnZSB0cmFuc3BvcnQgdGVzdHMwWTATBgcqhkjO
PQIBBggqhkjOPQMBBwNCAATmjEJyK9wbEyML6zW54IpeQrtx6pyoy7Tlp+4szLNN
worweRSPwAMG/+qslUYgoc0xELWM+NYwKLYCGmN+NXvTo04wTDAaBgNVHREEEzAR
gglsb2NhbGhvc3SHBH8AAAEwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUamNH
PcO7YjMPTTbUo0sE+UYg804wCgYIKoZIzj0EAwIDSQAwRgIhAJ2+IoV7t4pAX2kQ
r4Xml6X3vCKZPkzXEjuIABsYNoMnAiEA1rRJr0yjITSU5PmjCITORscNF/qtIHEo
MZixEZijOv4=
-----END CERTIFICATE-----
`
export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg90iEan1d+9ZP+Xuc
cItZzg+oBi7n/kGFHhRQeZWnkoShRANCAATmjEJyK9wbEyML6zW54IpeQrtx6pyo
y7Tlp+4szLNNworweRSPwAMG/+qslUYgoc0xELWM+NYwKLYCGmN+NXvT
-----END PRIVATE KEY-----
`

/** Trusts the test server, and shows it the certificate that it asks for. */
export const MUTUAL: TlsOptions = { verify: true, ca: CERTIFICATE, cert: Buffer.from(CERTIFICATE), key: KEY }

export interface TlsServer extends AsyncDisposable {
  readonly port: number
}

/** A TLS server that wants client certificates, as Docker's with `--tlsverify`. */
export async function serveTls(onSocket: (socket: Socket) => void): Promise<TlsServer> {
  const sockets = new Set<Socket>()
  const settings = {
    cert: CERTIFICATE,
    key: KEY,
    ca: CERTIFICATE,
    requestCert: true,
    rejectUnauthorized: true,
    allowHalfOpen: true,
  }
  const server = createServer(settings, onSocket)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  server.on('secureConnection', (socket) => socket.on('error', () => {}))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const { port } = address
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
