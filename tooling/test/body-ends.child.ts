import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { collectBytes, RuntimeError, type BuildSpec, type Runtime } from '@moorage/runtime-core'

// Ends calls in the middle of their bodies: by an abort, a cut connection and a close, at many points each. This process has
// no handlers of its own: an exception that nobody catches ends it with another exit code.
const [backend = '', host = '', image = ''] = process.argv.slice(2)
const largeBytes = 20 * 1024 * 1024
const logBytes = 200_000
const deadlineMs = 240_000

async function collectLines(lines: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of lines) continue
}

async function open(path: string): Promise<Runtime> {
  const options = { host: `unix://${path}` }
  if (backend === 'docker') return (await import('@moorage/runtime-docker')).createDockerRuntime(options)
  return (await import('@moorage/runtime-podman')).createPodmanRuntime(options)
}

type Ending = 'abort' | 'cut' | 'close'

/** The body that is watched, and what happens once so many bytes of it have passed. */
interface Watch {
  readonly request: RegExp
  readonly direction: 'answer' | 'upload'
  readonly afterBytes: number
  readonly act: (connection: Socket) => void
}

let watch: Watch | undefined

/** Stands before the engine and lets a watched body through up to its point. */
const proxy = createServer((client) => {
  const engine = connect(host.replace(/^unix:\/\//, ''))
  let passing: Watch | undefined
  let passedBytes = 0
  const pass = (chunk: Buffer, to: Socket, direction: Watch['direction']): void => {
    if (passing?.direction !== direction) {
      to.write(chunk)
      return
    }
    const left = passing.afterBytes - passedBytes
    passedBytes += chunk.byteLength
    to.write(chunk.subarray(0, Math.max(0, left)))
    if (left > chunk.byteLength || left < 0) return
    passing.act(client)
  }
  client.on('data', (chunk) => {
    if (watch?.request.test(chunk.toString('latin1', 0, 400)) === true) {
      passing = watch
      passedBytes = 0
    }
    pass(chunk, engine, 'upload')
  })
  engine.on('data', (chunk) => pass(chunk, client, 'answer'))
  for (const [one, other] of [
    [client, engine],
    [engine, client],
  ] as const) {
    one.on('error', () => other.destroy())
    one.on('close', () => other.destroy())
  }
})

interface Operation {
  readonly name: string
  readonly request: RegExp
  readonly direction: Watch['direction']
  readonly bodyBytes: number
  readonly points: number
  readonly run: (runtime: Runtime, signal: AbortSignal) => Promise<unknown>
}

const codes = { cut: 'CONNECTION_LOST', close: 'RUNTIME_CLOSED' }

async function endOnce(runtime: Runtime, operation: Operation, afterBytes: number, ending: Ending): Promise<void> {
  const controller = new AbortController()
  const reason = new Error('enough')
  let closing: Promise<void> | undefined
  const act = {
    abort: () => controller.abort(reason),
    cut: (connection: Socket) => void connection.destroy(),
    close: () => void (closing = runtime.close()),
  }[ending]
  watch = { ...operation, afterBytes, act }
  const error: unknown = await operation.run(runtime, controller.signal).then(
    () => 'it resolved',
    (rejection: unknown) => rejection,
  )
  watch = undefined
  await closing
  const isRight = ending === 'abort' ? error === reason : RuntimeError.is(error) && error.code === codes[ending]
  if (!isRight) throw new Error(`${operation.name}: ${ending} after ${afterBytes} bytes`, { cause: error })
}

const folder = await mkdtemp(joinPath(tmpdir(), 'moorage-body-'))
const path = joinPath(folder, 'engine.sock')
proxy.listen(path)
await once(proxy, 'listening')
const overdue = setTimeout(() => process.exit(3), deadlineMs)
const runtime = await open(path)
const { id } = await runtime.createContainer({ image, command: ['sleep', '1000'] })
const talker = await runtime.createContainer({ image, command: ['sh', '-c', `yes | head -c ${logBytes}`] })
try {
  const content = new Uint8Array(largeBytes).fill(1)
  await runtime.writeFile(id, '/tmp/large', content)
  const archive = await collectBytes(runtime.copyFromContainer(id, '/tmp/large'))
  const images = await collectBytes(runtime.saveImages([image]))
  async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array, undefined> {
    for (let start = 0; start < bytes.byteLength; start += 65_536) yield bytes.subarray(start, start + 65_536)
  }
  const reads = { request: /^GET \S+\/archive\?/, direction: 'answer', bodyBytes: largeBytes } as const
  const build: BuildSpec = {
    context: { files: { Dockerfile: `FROM ${image}\nCOPY large /large\n`, large: content } },
    noCache: true,
  }
  await runtime.startContainer(talker.id)
  await runtime.waitContainer(talker.id)
  const operations: readonly Operation[] = [
    {
      ...reads,
      name: 'readFile',
      points: 20,
      run: (opened, signal) => opened.readFile(id, '/tmp/large', { maxBytes: 1e9, signal }),
    },
    {
      ...reads,
      name: 'copyFromContainer',
      points: 2,
      run: (opened, signal) => collectBytes(opened.copyFromContainer(id, '/tmp/large', { signal })),
    },
    {
      name: 'copyToContainer',
      request: /^PUT \S+\/archive\?/,
      direction: 'upload',
      bodyBytes: largeBytes,
      points: 2,
      run: (opened, signal) => opened.copyToContainer(id, '/tmp', pieces(archive), { signal }),
    },
    {
      name: 'saveImages',
      request: /^GET \S+\/images\/get\?/,
      direction: 'answer',
      bodyBytes: images.byteLength,
      points: 2,
      run: (opened, signal) => collectBytes(opened.saveImages([image], { signal })),
    },
    {
      name: 'loadImages',
      request: /^POST \S+\/images\/load/,
      direction: 'upload',
      bodyBytes: images.byteLength,
      points: 2,
      run: (opened, signal) => opened.loadImages(pieces(images), { signal }),
    },
    {
      name: 'buildImage',
      // The context goes over a session, or as the request's body.
      request: backend === 'docker' ? /^POST \S+\/session/ : /^POST \S+\/libpod\/build\?/,
      direction: 'upload',
      bodyBytes: largeBytes,
      points: 2,
      run: (opened, signal) => opened.buildImage(build, { signal }),
    },
    {
      name: 'containerLogs',
      request: /^GET \S+\/logs\?/,
      direction: 'answer',
      bodyBytes: logBytes,
      points: 2,
      run: (opened, signal) => collectLines(opened.containerLogs(talker.id, { signal })),
    },
  ]
  for (const operation of operations) {
    for (const ending of ['abort', 'cut', 'close'] as const) {
      const ended = await open(path)
      for (let point = 0; point < operation.points; point += 1) {
        const afterBytes = Math.max(400 + 300 * point, Math.floor((operation.bodyBytes * point) / operation.points))
        await endOnce(ending === 'close' ? await open(path) : ended, operation, afterBytes, ending)
      }
      await ended.close()
    }
  }
} finally {
  await Promise.all([id, talker.id].map((container) => runtime.removeContainer(container, { force: true })))
  await runtime.close()
  proxy.close()
  await rm(folder, { recursive: true })
  clearTimeout(overdue)
}
console.log('all ended')
