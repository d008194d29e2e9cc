import {
  RuntimeError,
  streamFrom,
  waitForLogLine,
  waitForPort,
  waitUntilHealthy,
  type ContainerDetails,
  type LogChunk,
} from '@moorage/runtime-core'
import { describe, expect, it } from 'vitest'

const running: ContainerDetails = {
  id: 'c0ffee',
  name: 'web',
  image: 'web:1',
  imageId: 'sha256:0',
  status: 'running',
  outOfMemoryKilled: false,
  createdAt: '2025-01-01T00:00:00Z',
  health: 'starting',
  command: [],
  entrypoint: [],
  env: {},
  labels: {},
  user: '',
  workingDirectory: '/',
  hostname: 'web',
  tty: false,
  openStdin: false,
  autoRemove: false,
  privileged: false,
  readOnlyRoot: false,
  restart: { policy: 'no' },
  restartCount: 0,
  mounts: [],
  networks: [],
  ports: [{ containerPort: 80, protocol: 'tcp', hostPort: 8080, hostAddresses: ['0.0.0.0'] }],
}

/** Answers these details, call by call, and the last of them for ever. */
function inspecting(...changes: readonly Partial<ContainerDetails>[]) {
  const answers = changes.map((change) => ({ ...running, ...change }))
  let calls = 0
  return {
    calls: () => calls,
    inspectContainer: async () => answers[Math.min((calls += 1), answers.length) - 1] ?? running,
  }
}

const soon = { intervalMs: 1 }

async function codeOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return RuntimeError.is(error) ? error.code : `no RuntimeError: ${String(error)}`
}

describe('waitUntilHealthy', () => {
  it('asks until the container is healthy', async () => {
    const runtime = inspecting({}, {}, { health: 'healthy' })
    expect((await waitUntilHealthy(runtime, 'web', soon)).health).toBe('healthy')
    expect(runtime.calls()).toBe(3)
  })

  it('fails as soon as the check has failed for good, the container has ended, or there is no check', async () => {
    expect(await codeOf(waitUntilHealthy(inspecting({}, { health: 'unhealthy' }), 'web', soon))).toBe(
      'CONTAINER_UNHEALTHY',
    )
    const ended = inspecting({}, { status: 'exited', exitCode: 3 })
    const error: unknown = await waitUntilHealthy(ended, 'web', soon).catch((reason: unknown) => reason)
    expect(RuntimeError.is(error, 'CONTAINER_NOT_RUNNING') && error.message).toContain('exit code 3')
    expect(await codeOf(waitUntilHealthy(inspecting({ health: 'none' }), 'web', soon))).toBe('INVALID_ARGUMENT')
  })

  it('waits for one that was not started yet', async () => {
    const runtime = inspecting({ status: 'created', health: 'none' }, { health: 'healthy' })
    expect((await waitUntilHealthy(runtime, 'web', soon)).status).toBe('running')
  })

  it('ends with the reason of the signal', async () => {
    const reason = new Error('enough')
    const controller = new AbortController()
    const waiting = waitUntilHealthy(inspecting({}), 'web', { ...soon, signal: controller.signal })
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
  })
})

function logging(...texts: readonly string[]) {
  async function* chunks(): AsyncGenerator<LogChunk, undefined> {
    for (const text of texts) yield { stream: 'stdout', bytes: new TextEncoder().encode(text) }
  }
  return { containerLogs: () => streamFrom(chunks()) }
}

describe('waitForLogLine', () => {
  it('finds a line that is cut over chunks, also with a pattern that remembers', async () => {
    const pattern = /ready on \d+/g
    pattern.lastIndex = 100
    const line = await waitForLogLine(logging('starting\nrea', 'dy on 80\nmore\n'), 'web', pattern)
    expect(line.text).toBe('ready on 80')
  })

  it('takes a function', async () => {
    const line = await waitForLogLine(logging('a\nb\n'), 'web', ({ text }) => text === 'b')
    expect(line.stream).toBe('stdout')
  })

  it('fails when the output ends without the line', async () => {
    expect(await codeOf(waitForLogLine(logging('a\n'), 'web', /b/))).toBe('CONTAINER_NOT_RUNNING')
  })
})

describe('waitForPort', () => {
  const listening = '   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000\n'
  const connected = '   0: 00000000:0050 0100007F:1234 01 00000000:00000000 00:00000000 00000000\n'
  const exec = (...outputs: readonly string[]) => {
    let calls = 0
    return {
      execContainer: async () => {
        const stdout = outputs[Math.min((calls += 1), outputs.length) - 1] ?? ''
        const none = new Uint8Array()
        return { exitCode: 0, stdout, stderr: '', stdoutBytes: none, stderrBytes: none, truncated: false }
      },
    }
  }

  it('reads the listening sockets of the container', async () => {
    const runtime = { ...inspecting({}), ...exec('', connected, listening) }
    expect((await waitForPort(runtime, 'web', 80, soon)).id).toBe('c0ffee')
  })

  it('tries the published port where it is told to', async () => {
    const tried: string[] = []
    const connect = async (host: string, port: number): Promise<void> => {
      tried.push(`${host}:${port}`)
      if (tried.length < 2) throw new Error('refused')
    }
    await waitForPort({ ...inspecting({}), ...exec() }, 'web', 80, { ...soon, connect })
    expect(tried).toEqual(['127.0.0.1:8080', '127.0.0.1:8080'])
    expect(await codeOf(waitForPort({ ...inspecting({}), ...exec() }, 'web', 81, { ...soon, connect }))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it('refuses what is no port, and fails when the container ends', async () => {
    expect(await codeOf(waitForPort({ ...inspecting({}), ...exec() }, 'web', 0, soon))).toBe('INVALID_ARGUMENT')
    const ended = { ...inspecting({ status: 'exited' }), ...exec() }
    expect(await codeOf(waitForPort(ended, 'web', 80, soon))).toBe('CONTAINER_NOT_RUNNING')
  })
})
