import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RuntimeError, type BuildSpec, type Runtime } from '@moorage/runtime-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canary, leaksOf, publishedDuring } from '../../../../tooling/test/canaries.ts'
import { echoEngine, failings, type EchoEngine, type Failing } from './echo-engine.ts'

const deadlineMs = 10_000
const image = 'registry.test/team/web:1'
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-canaries-'))
  const auth = Buffer.from(`user:${canary('config')}`).toString('base64')
  const config = { auths: { 'registry.test': { auth } }, credHelpers: { 'helped.test': 'canary' } }
  await writeFile(`${folder}/config.json`, JSON.stringify(config))
  const answer = JSON.stringify({ Username: 'user', Secret: canary('helper') })
  await writeFile(`${folder}/docker-credential-canary`, `#!/bin/sh\ncat <<'END'\n${answer}\nEND\n`)
  await chmod(`${folder}/docker-credential-canary`, 0o755)
  await writeFile(`${folder}/secret`, canary('secret-file'))
  process.env['MOORAGE_CANARY'] = canary('secret-env')
})

afterAll(async () => {
  delete process.env['MOORAGE_CANARY']
  await rm(folder, { recursive: true })
})

/** The one that repeats also what only its binary data keeps out of a text. */
const asText = 'a 500 that repeats it as text'
const refused = 'a 400 that repeats the request'

/** A call with a secret in one of its arguments, and the request that carries it. */
interface TrustedCall {
  readonly request: string
  /** The secret is streamed, and so not known to the call. */
  readonly isStreamed?: boolean
  readonly call: (runtime: Runtime, options: { readonly signal: AbortSignal }) => Promise<unknown>
}

const building = (spec: Partial<BuildSpec>): TrustedCall => ({
  request: 'POST /build',
  call: (runtime, options) =>
    runtime.buildImage({ context: { files: { Dockerfile: 'FROM scratch' } }, ...spec }, options),
})

async function* streamed(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

const creating = 'POST /containers/create'
const password = { username: 'user', password: canary('password') }
const calls: Readonly<Record<string, TrustedCall>> = {
  'the password of a pull': {
    request: 'POST /images/create',
    call: (runtime, options) => runtime.pullImage(image, { ...options, credentials: password }),
  },
  'the identity token of a pull': {
    request: 'POST /images/create',
    call: (runtime, options) =>
      runtime.pullImage(image, { ...options, credentials: { identityToken: canary('token') } }),
  },
  'the configured password of a pull': {
    request: 'POST /images/create',
    call: (runtime, options) => runtime.pullImage(image, options),
  },
  'the answer of a credential helper': {
    request: 'POST /images/create',
    call: (runtime, options) => runtime.pullImage('helped.test/web:1', options),
  },
  'the password of a push': {
    request: 'POST /images/registry.test/team/web/push',
    call: (runtime, options) => runtime.pushImage(image, { ...options, credentials: password }),
  },
  'a build argument': building({ buildArguments: { TOKEN: canary('argument') } }),
  'a build secret by value': building({
    secrets: { token: { value: canary('secret-value') } },
    labels: { copied: canary('secret-value') },
  }),
  'a build secret in a file': {
    request: 'POST /build',
    call: (runtime, options) => {
      const secrets = { token: { file: `${folder}/secret` } }
      const { call } = building({ secrets, labels: { copied: canary('secret-file') } })
      return call(runtime, options)
    },
  },
  'a build secret in a variable': building({
    secrets: { token: { env: 'MOORAGE_CANARY' } },
    labels: { copied: canary('secret-env') },
  }),
  'the password of a build': building({
    credentials: { 'registry.test': password },
    labels: { copied: canary('password') },
  }),
  'a variable of a container': {
    request: creating,
    call: (runtime, options) => runtime.createContainer({ image, env: { TOKEN: canary('env') } }, options),
  },
  'an argument of a container': {
    request: creating,
    call: (runtime, options) =>
      runtime.createContainer({ image, command: ['login', '-p', canary('command')] }, options),
  },
  'an option of a command': {
    request: creating,
    call: (runtime, options) =>
      runtime.createContainer({ image, command: ['login', `--password=${canary('command')}`] }, options),
  },
  'a command of a shell': {
    request: creating,
    call: (runtime, options) =>
      runtime.createContainer({ image, command: ['sh', '-c', `login -p ${canary('command')}`] }, options),
  },
  'the command of a healthcheck': {
    request: creating,
    call: (runtime, options) =>
      runtime.createContainer({ image, healthcheck: { test: ['ask', '--token', canary('health')] } }, options),
  },
  'a label whose name says so': {
    request: creating,
    call: (runtime, options) => runtime.createContainer({ image, labels: { token: canary('label') } }, options),
  },
  'a URL in a variable': {
    request: creating,
    call: (runtime, options) =>
      runtime.createContainer({ image, env: { DATABASE: `postgres://app:${canary('url')}@db/app` } }, options),
  },
  'an option of a log driver': {
    request: creating,
    call: (runtime, options) =>
      runtime.createContainer({ image, logDriver: { name: 'splunk', options: { token: canary('log') } } }, options),
  },
  'an option of a volume': {
    request: 'POST /volumes/create',
    call: (runtime, options) =>
      runtime.createVolume({ name: 'data', options: { o: `user=u,password=${canary('volume')}` } }, options),
  },
  'a variable of an exec': {
    request: 'POST /containers/web/exec',
    call: (runtime, options) =>
      runtime.execContainer('web', { command: ['env'], env: { TOKEN: canary('exec') } }, options),
  },
  'a variable of an interactive exec': {
    request: 'POST /containers/web/exec',
    call: (runtime, options) => runtime.startExec('web', { command: ['env'], env: { TOKEN: canary('exec') } }, options),
  },
  'the input of an exec': {
    request: 'POST /exec/',
    call: (runtime, options) =>
      runtime.execContainer('web', { command: ['cat'] }, { ...options, stdin: canary('stdin') }),
  },
  'a file that is written': {
    request: 'PUT /containers/',
    call: (runtime, options) => runtime.writeFile('web', '/secret', canary('content'), options),
  },
  'a file of bytes': {
    request: 'PUT /containers/',
    call: (runtime, options) => runtime.writeFile('web', '/secret', Buffer.from(canary('content')), options),
  },
  'a file above 64 KiB': {
    request: 'PUT /containers/',
    call: (runtime, options) => runtime.writeFile('web', '/secret', canary('x'.repeat(70_000)), options),
  },
  'a file that is written from a stream': {
    isStreamed: true,
    request: 'PUT /containers/',
    call: (runtime, options) => runtime.writeFile('web', '/secret', streamed(canary('streamed')), options),
  },
}

async function expectNoLeak(engine: EchoEngine, call: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> {
  let outcome: unknown
  const published = await publishedDuring(async () => {
    outcome = await call(AbortSignal.timeout(deadlineMs / 2)).catch((reason: unknown) => reason)
  })
  expect(leaksOf(outcome)).toEqual([])
  expect(published.flatMap(leaksOf)).toEqual([])
  expect(engine.cleanupFailures.flatMap(leaksOf)).toEqual([])
  return outcome
}

describe.each(Object.entries(calls))(
  '%s stays out of what is reported',
  { timeout: deadlineMs },
  (_, { request, call, isStreamed }) => {
    const known = Object.entries(failings).filter(([name]) => !(isStreamed === true && name === asText))
    it.each(known)('of %s', async (_name, failing) => {
      await using engine = await echoEngine({ request, failing, configFolder: folder })
      await expectNoLeak(engine, (signal) => call(engine.runtime, { signal }))
    })

    it('where the backend does not support the call', async () => {
      const claims = {}
      await using engine = await echoEngine({ request, failing: failings[refused], configFolder: folder, claims })
      await expectNoLeak(engine, (signal) => call(engine.runtime, { signal }))
    })

    it('where the runtime is closed', async () => {
      await using engine = await echoEngine({ request, failing: failings[refused], configFolder: folder })
      await engine.runtime.close()
      expect(await expectNoLeak(engine, (signal) => call(engine.runtime, { signal }))).toMatchObject({
        code: 'RUNTIME_CLOSED',
      })
    })

    it('of an abort', async () => {
      const controller = new AbortController()
      const reason = new Error('enough')
      const aborting: Failing = () => controller.abort(reason)
      await using engine = await echoEngine({ request, failing: aborting, configFolder: folder })
      expect(await expectNoLeak(engine, () => call(engine.runtime, { signal: controller.signal }))).toBe(reason)
    })

    it('of an abort, whose reason stays the same although it is an error of this library', async () => {
      const controller = new AbortController()
      const reason = earlierError()
      const aborting: Failing = () => controller.abort(reason)
      await using engine = await echoEngine({ request, failing: aborting, configFolder: folder })
      await expect(call(engine.runtime, { signal: controller.signal })).rejects.toBe(reason)
    })
  },
)

/** Of another call, which had other secrets. */
function earlierError(): RuntimeError {
  const names = ['password', 'token', 'argument', 'env', 'command', 'volume', 'exec', 'content']
  const message = `an earlier ${names.map(canary).join(' ')}`
  return new RuntimeError('ENGINE_ERROR', { message, operation: 'createContainer', details: {} })
}

it('an error of `onEvent` stays the same although it is an error of this library', async () => {
  const reason = earlierError()
  const pulling: Failing = (response) => response.end(`${JSON.stringify({ status: 'Pulling' })}\n`)
  await using engine = await echoEngine({ request: 'POST /images/create', failing: pulling, configFolder: folder })
  const onEvent = (): never => {
    throw reason
  }
  await expect(engine.runtime.pullImage(image, { credentials: password, onEvent })).rejects.toBe(reason)
})
