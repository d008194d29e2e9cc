import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectEngine, cleanupReporter, dockerDialect } from '@moorage/engine-api'
import { RuntimeError, type CallOptions, type Runtime } from '@moorage/runtime-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askHelper } from '../../src/credentials/helper.ts'
import { runningContainer, scriptEngine, sendJson } from '../scripted-engine.ts'
import { UPGRADED } from '../transport/scripted-server.ts'
import { canary, leaksOf, publishedDuring } from '../../../../tooling/test/canaries.ts'
import { echoEngine, failings } from './echo-engine.ts'

const deadlineMs = 20_000
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-texts-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function program(name: string, script: string): Promise<void> {
  await writeFile(`${folder}/${name}`, `#!/bin/sh\n${script}\n`)
  await chmod(`${folder}/${name}`, 0o755)
}

const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((reason: unknown) => reason)

const user = encodeURIComponent(canary('user'))
const secret = encodeURIComponent(canary('password'))
describe('an address', () => {
  it.each([
    `tcp://${user}:${secret}@127.0.0.1:1`,
    `tcp://${user}:${canary('p/a')}@127.0.0.1:1`,
    `tcp://${user}@127.0.0.1:notaport`,
    `http://${user}:${secret}@127.0.0.1:1/`,
    `https://${user}:${secret}@127.0.0.1:1`,
    `HTTPS://:${secret}@127.0.0.1`,
    `ssh://${user}:${secret}@127.0.0.1:1`,
    `ssh://${user}@127.0.0.1:1`,
    `fd://${user}:${secret}@3`,
    `unix://${user}:${secret}@/run/engine.sock`,
    `${user}:${secret}@127.0.0.1:2375`,
    `tcp:${user}:${secret}@127.0.0.1`,
    `tcp://127.0.0.1:1?token=${secret}`,
    `tcp://127.0.0.1:1/#${secret}`,
    `tcp://127.0.0.1:1?token=a@${secret}`,
    `tcp://${user}:a?${secret}@127.0.0.1:1`,
    `  tcp://${user}:${secret}@127.0.0.1:1\n`,
  ])('of ENGINE_UNAVAILABLE has neither user nor password: %#', async (host) => {
    const options = { candidates: [{ host, source: 'DOCKER_HOST' }], refuse: () => undefined, dialect: dockerDialect }
    const published: unknown[] = []
    const error = await failure(
      (async () => {
        let outcome: unknown
        published.push(
          ...(await publishedDuring(async () => {
            outcome = await failure(connectEngine(options))
          })),
        )
        throw outcome
      })(),
    )
    expect(error).toMatchObject({ code: 'ENGINE_UNAVAILABLE' })
    expect(leaksOf(error)).toEqual([])
    expect(published.flatMap(leaksOf)).toEqual([])
  })

  it('still names the host', async () => {
    const options = { refuse: () => undefined, dialect: dockerDialect }
    const candidates = [{ host: `tcp://${user}:${secret}@engine.test:2375`, source: 'option' }]
    const error = await failure(connectEngine({ ...options, candidates }))
    expect(RuntimeError.is(error, 'ENGINE_UNAVAILABLE') && error.details.tried[0]?.target).toBe(
      'tcp://engine.test:2375',
    )
  })
})

describe.skipIf(process.platform === 'win32')('a credential helper', () => {
  it.each([
    ['crashes', `echo '${canary('stdout')}'; echo '${canary('stderr')}' >&2; exit 3`],
    ['is killed', `echo '${canary('stdout')}'; kill -9 $$`],
    ['writes no JSON', `echo '${canary('stdout')}'`],
    ['writes JSON of another shape', `echo '["${canary('stdout').replaceAll('"', '')}"]'`],
    ['writes an incomplete answer', `echo '{"Secret":"${canary('stdout').replaceAll('"', '')}"}'`],
    ['hangs', `echo '${canary('stdout')}'; exec sleep 60`],
  ])('that %s is reported without what it wrote', async (_, script) => {
    await program('docker-credential-canary', script)
    const environment = { PATH: `${folder}:${process.env['PATH']}`, TOKEN: canary('environment') }
    const options = { operation: 'pullImage', environment, signal: undefined, timeoutMs: 2000 }
    const error = await failure(askHelper('canary', 'registry.test', options))
    expect(error).toMatchObject({ code: 'CREDENTIAL_HELPER_FAILED' })
    expect(leaksOf(error)).toEqual([])
  })

  it('whose name is a secret is reported without it', async () => {
    const options = { operation: 'pullImage', environment: {}, signal: undefined }
    expect(leaksOf(await failure(askHelper(canary('name'), 'registry.test', options)))).toEqual([])
  })
})

describe.skipIf(process.platform === 'win32')('compose', { timeout: deadlineMs }, () => {
  const version = '[ "$*" = "compose version --short" ] && echo 2.40.3 && exit'
  const calls: Readonly<Record<string, (runtime: Runtime, workingDirectory: string) => Promise<unknown>>> = {
    composeUp: (runtime, workingDirectory) => runtime.composeUp({ workingDirectory, env: { TOKEN: canary('env') } }),
    composeDown: (runtime, workingDirectory) =>
      runtime.composeDown({ workingDirectory, env: { TOKEN: canary('env') } }),
    composeConfig: (runtime, workingDirectory) =>
      runtime.composeConfig({
        workingDirectory,
        env: { TOKEN: canary('env'), ALSO: 'other.env' },
        envFiles: ['.env', 'other.env'],
      }),
  }
  it.each(
    Object.keys(calls).flatMap((method) => [
      [method, 'fails with its environment', 'env >&2; exit 1'],
      [method, 'fails with its env files', 'cat .env $ALSO >&2; exit 1'],
      [method, 'fails with a value that it cannot read', 'echo "invalid hostPort: $TOKEN" >&2; exit 15'],
      [method, 'writes no JSON', 'env; cat .env'],
    ]),
  )('%s that %s is reported without variables', async (method, _, script) => {
    await program('docker', `${version}\n${script}`)
    await writeFile(`${folder}/.env`, `export DOTENV="${canary('dotenv')}" # a comment\nPLAIN=${canary('plain')}\n`)
    await writeFile(`${folder}/other.env`, `OTHER='${canary('other')}'\n`)
    const before = { ...process.env }
    Object.assign(process.env, { PATH: `${folder}:${before['PATH']}`, API_TOKEN: canary('process') })
    try {
      await using engine = await echoEngine({ request: 'none', failing: failings['no HTTP'], configFolder: folder })
      const error = await failure(calls[method]?.(engine.runtime, folder) ?? Promise.resolve())
      expect(RuntimeError.is(error)).toBe(true)
      expect(leaksOf(error)).toEqual([])
    } finally {
      process.env['PATH'] = before['PATH']
      delete process.env['API_TOKEN']
    }
  })
})

describe('an exec that has been returned', () => {
  const env = { TOKEN: canary('exec') }
  const spec = { command: ['env'], env }
  let asked = 0
  const echoed = (text: string): object => ({
    'GET /containers/web/json': runningContainer(),
    [`GET /containers/${'c'.repeat(64)}/json`]: runningContainer(),
    'POST /containers/web/exec': { Id: 'e' },
    'GET /exec/e/json': (_: unknown, response: Parameters<typeof sendJson>[0]) => {
      asked += 1
      if (asked === 1) sendJson(response, { Running: true, Pid: 7, ExitCode: null })
      else sendJson(response, { message: `no such exec: ${text}` }, 500)
    },
    'POST /exec/e/resize': (_: unknown, response: Parameters<typeof sendJson>[0]) =>
      sendJson(response, { message: `cannot resize: ${text}` }, 500),
  })

  it('keeps its variables out of its own errors', async () => {
    const answers = echoed(canary('exec')) as Parameters<typeof scriptEngine>[0]
    await using engine = await scriptEngine(answers, (socket) => void socket.write(UPGRADED))
    const options: CallOptions = { signal: AbortSignal.timeout(deadlineMs) }
    const exec = await engine.adapter.startExec?.('web', { ...spec, tty: true }, options)
    if (exec === undefined) return expect.fail('there is no exec')
    const errors = await Promise.all([
      failure(exec.exited),
      failure(exec.resize({ columns: 80, rows: 24 })),
      failure(exec.kill()),
    ])
    expect(errors[0]).toMatchObject({ code: 'ENGINE_ERROR' })
    expect(errors.flatMap(leaksOf)).toEqual([])
    expect(engine.cleanupFailures.flatMap(leaksOf)).toEqual([])
    await exec[Symbol.asyncDispose]()
  })
})

it('a failed clean-up is reported without the secrets of its error', async () => {
  const reported: unknown[] = []
  const published = await publishedDuring(async () => {
    const report = cleanupReporter('docker', (failed) => void reported.push(failed))
    const message = `Get "https://user:${secret}@registry.test/v2/?token=${secret}": Authorization: Bearer ${secret}`
    const details = {}
    report({ operation: 'pullImage', error: new RuntimeError('ENGINE_ERROR', { message, operation: 'x', details }) })
  })
  expect([...reported, ...published].flatMap(leaksOf)).toEqual([])
})
