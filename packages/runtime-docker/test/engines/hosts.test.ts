import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { RuntimeError, type Runtime } from '@moorage/runtime-core'
import { createDockerRuntime, type DockerRuntimeOptions } from '@moorage/runtime-docker'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeOnEngine } from '../../../../tooling/test/engine-under-test.ts'
import { join } from '../../../../tooling/test/join.ts'
import { CERTIFICATE, KEY, MUTUAL, serveTls, type TlsServer } from '../../../../tooling/test/tls-server.ts'

const { MOORAGE_TEST_SSH: sshHost, MOORAGE_TEST_SSH_FOLDER: sshFolder = '' } = process.env
const ssh = { identityFiles: [`${sshFolder}/id_ed25519`], knownHostsFiles: [`${sshFolder}/known_hosts`] }

await describeOnEngine({ name: 'docker', open: createDockerRuntime }, ({ open, image }) => {
  let folder: string
  let path: string
  let engineId: string
  const before = { ...process.env }
  beforeEach(async () => {
    folder = await mkdtemp(`${tmpdir()}/moorage-hosts-`)
    await using runtime = await open()
    const info = await runtime.info()
    engineId = info.engineId
    path = (info.endpoint ?? '').slice('unix://'.length)
  })
  afterEach(async () => {
    for (const name of ['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH']) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
    await rm(folder, { recursive: true })
  })

  async function idOf(options: DockerRuntimeOptions = {}): Promise<string> {
    await using runtime = await createDockerRuntime(options)
    return (await runtime.info()).engineId
  }

  /** A context of this name, as `docker context create` writes it. */
  async function context(host: string, tls: Readonly<Record<string, string>> = {}): Promise<void> {
    const hash = createHash('sha256').update('tests').digest('hex')
    await mkdir(`${folder}/contexts/meta/${hash}`, { recursive: true })
    const meta = { Name: 'tests', Metadata: {}, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } }
    await writeFile(`${folder}/contexts/meta/${hash}/meta.json`, JSON.stringify(meta))
    await mkdir(`${folder}/contexts/tls/${hash}/docker`, { recursive: true })
    for (const [name, text] of Object.entries(tls))
      await writeFile(`${folder}/contexts/tls/${hash}/docker/${name}`, text)
    process.env['DOCKER_CONFIG'] = folder
    process.env['DOCKER_CONTEXT'] = 'tests'
  }

  describe('a unix socket', () => {
    it('is the same engine by option, by environment and by context', async () => {
      expect(await idOf({ host: `unix://${path}` })).toBe(engineId)
      process.env['DOCKER_HOST'] = `unix://${path}`
      expect(await idOf()).toBe(engineId)
      delete process.env['DOCKER_HOST']
      await context(`unix://${path}`)
      expect(await idOf()).toBe(engineId)
    })
  })

  describe('TLS with client certificates', () => {
    const front = (): Promise<TlsServer> => serveTls((socket) => join(socket, connect({ path, allowHalfOpen: true })))
    const files = { 'ca.pem': CERTIFICATE, 'cert.pem': CERTIFICATE, 'key.pem': KEY }

    it('is the same engine by option, by environment and by context', async () => {
      await using server = await front()
      const host = `tcp://127.0.0.1:${server.port}`
      expect(await idOf({ host, tls: MUTUAL })).toBe(engineId)
      for (const [name, text] of Object.entries(files)) await writeFile(`${folder}/${name}`, text)
      process.env['DOCKER_HOST'] = host
      process.env['DOCKER_TLS_VERIFY'] = '1'
      process.env['DOCKER_CERT_PATH'] = folder
      expect(await idOf()).toBe(engineId)
      for (const name of ['DOCKER_HOST', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH']) delete process.env[name]
      await context(host, files)
      expect(await idOf()).toBe(engineId)
    })

    it('carries whole calls, interactive ones too', async () => {
      await using server = await front()
      await using runtime = await createDockerRuntime({ host: `tcp://127.0.0.1:${server.port}`, tls: MUTUAL })
      await useIt(runtime, image)
    })

    it('says what is wrong with the certificates', async () => {
      await using server = await front()
      const host = `tcp://127.0.0.1:${server.port}`
      for (const options of [{ host }, { host, tls: { verify: true } }, { host, tls: { ...MUTUAL, ca: '' } }])
        expect(await unavailable(options)).toContain(host.slice('tcp://'.length))
    })
  })

  describe.runIf(sshHost !== undefined)('ssh', () => {
    const host = sshHost ?? ''
    const logins = async (): Promise<number> =>
      (await readFile(`${sshFolder}/log`, 'utf8')).split('\n').filter((line) => line.includes('Accepted publickey'))
        .length

    it('is the same engine by option, by environment and by context', async () => {
      expect(await idOf({ host, ssh })).toBe(engineId)
      expect(await idOf({ host: `${host}${path}`, ssh })).toBe(engineId)
      process.env['DOCKER_HOST'] = host
      expect(await idOf({ ssh })).toBe(engineId)
      delete process.env['DOCKER_HOST']
      await context(host)
      expect(await idOf({ ssh })).toBe(engineId)
    })

    it('takes one connection for 100 calls', async () => {
      const loginsBefore = await logins()
      await using runtime = await createDockerRuntime({ host, ssh })
      for (let call = 0; call < 50; call += 1) await runtime.listContainers({ labels: { nobody: 'has-this' } })
      const filter = { labels: { nobody: 'has-this' } }
      await Promise.all(Array.from({ length: 50 }, () => runtime.listContainers(filter)))
      expect(await logins()).toBe(loginsBefore + 1)
    })

    it('carries whole calls, interactive ones too', async () => {
      await using runtime = await createDockerRuntime({ host, ssh })
      await useIt(runtime, image)
    })

    it('has room for more streams than a server allows on one connection', async () => {
      await using runtime = await createDockerRuntime({ host, ssh })
      const { id } = await runtime.runContainer({ image, command: ['sleep', '1000'], stopTimeoutMs: 0 })
      const processes = await Promise.all(Array.from({ length: 15 }, () => runtime.startExec(id, { command: ['cat'] })))
      const texts = await Promise.all(
        processes.map(async (process, index) => {
          await process.write(`number ${index}`)
          await process.endStdin()
          let text = ''
          for await (const { bytes } of process.output) text += Buffer.from(bytes).toString()
          return text
        }),
      )
      expect(texts).toEqual(processes.map((_, index) => `number ${index}`))
      await runtime.removeContainer(id, { force: true })
    })

    it('that is lost in the middle is told, and the next call makes another connection', async () => {
      const sockets = new Set<Socket>()
      const { hostname, port } = new URL(host)
      const server = createServer({ allowHalfOpen: true }, (socket) => {
        sockets.add(socket)
        join(socket, connect({ host: hostname, port: Number(port), allowHalfOpen: true }))
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const own = (server.address() as AddressInfo).port
      const known = (await readFile(`${sshFolder}/known_hosts`, 'utf8')).replace(
        /\[127\.0\.0\.1\]:\d+/,
        `[127.0.0.1]:${own}`,
      )
      await writeFile(`${folder}/known_hosts`, known)
      const proxied = { ...ssh, knownHostsFiles: [`${folder}/known_hosts`] }
      await using runtime = await createDockerRuntime({ host: `ssh://root@127.0.0.1:${own}`, ssh: proxied })
      const events = runtime.events()
      const event = events.next()
      event.catch(() => undefined)
      await runtime.info()
      for (const socket of sockets) socket.destroy()
      const error: unknown = await event.catch((reason: unknown) => reason)
      expect(RuntimeError.is(error, 'CONNECTION_LOST')).toBe(true)
      expect((await runtime.info()).engineId).toBe(engineId)
      await runtime.close()
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    })

    it.each<readonly [string, DockerRuntimeOptions, RegExp]>([
      ['a host that is not known', { host, ssh: { ...ssh, knownHostsFiles: [] } }, /host key is not known/],
      ['a key that is not there', { host, ssh: { ...ssh, identityFiles: ['/nowhere'] } }, /\/nowhere cannot be read/],
      ['another user', { host: host.replace('root', 'nobody'), ssh }, /nobody could not log in/],
      ['a port where nobody listens', { host: 'ssh://root@127.0.0.1:1', ssh }, /ECONNREFUSED/],
      ['a host that does not exist', { host: 'ssh://root@no-such-host.invalid', ssh }, /ENOTFOUND|EAI_AGAIN/],
      ['a socket that is not there', { host: `${host}/no/such.sock`, ssh }, /\/no\/such\.sock/],
    ])('of %s is one error that says so', async (_, options, words) => {
      expect(await unavailable(options)).toMatch(words)
    })

    it('refuses a host whose key is another one', async () => {
      const changed = (await readFile(`${sshFolder}/known_hosts`, 'utf8')).replace(/ \S+$/m, ` ${'A'.repeat(68)}`)
      await writeFile(`${folder}/known_hosts`, changed)
      expect(await unavailable({ host, ssh: { ...ssh, knownHostsFiles: [`${folder}/known_hosts`] } })).toMatch(
        /another one/,
      )
    })
  })
})

/** What the error says that lists what was tried. */
async function unavailable(options: DockerRuntimeOptions): Promise<string> {
  const error: unknown = await createDockerRuntime(options).catch((reason: unknown) => reason)
  if (!RuntimeError.is(error, 'ENGINE_UNAVAILABLE')) throw error
  expect(error.details.tried).toHaveLength(1)
  return error.message
}

/** A container, an exec with a half-close, a megabyte each way, a follow that is left. */
async function useIt(runtime: Runtime, image: string): Promise<void> {
  const command = ['sh', '-c', 'while :; do echo tick; sleep 0.05; done']
  const { id } = await runtime.runContainer({ image, command, stopTimeoutMs: 0 })
  const stdin = 'x'.repeat(1_000_000)
  expect((await runtime.execContainer(id, { command: ['cat'] }, { stdin })).stdout).toBe(stdin)
  for await (const { bytes } of runtime.containerLogs(id, { follow: true })) {
    expect(Buffer.from(bytes).toString()).toContain('tick')
    break
  }
  await runtime.writeFile(id, '/tmp/file', stdin)
  expect((await runtime.readFile(id, '/tmp/file')).byteLength).toBe(stdin.length)
  await runtime.removeContainer(id, { force: true })
}
