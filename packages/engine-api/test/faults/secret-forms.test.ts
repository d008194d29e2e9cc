import { RuntimeError, type ErrorDetails, type RuntimeErrorCode } from '@moorage/runtime-core'
import { describe, expect, it } from 'vitest'
import { addContainer, secretsOf } from '../../src/errors/argument-secrets.ts'
import { CallSecrets } from '../../src/errors/call-secrets.ts'
import { redactError } from '../../src/errors/redact.ts'
import { redactingErrors } from '../../src/errors/redacting.ts'

function failed(message: string): RuntimeError<'ENGINE_ERROR'> {
  return new RuntimeError('ENGINE_ERROR', { message, operation: 'createContainer', details: {} })
}

function shown(message: string, given: readonly unknown[], operation = 'createContainer'): string {
  const error = redactError(failed(message), secretsOf(operation, given))
  return error instanceof Error ? error.message : ''
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('a content', () => {
  it.each([
    ['writeFile', ['c', '/dir/secret', 'correct-horse-battery'], '[content]'],
    ['writeFile', ['c', '/dir/secret', Buffer.from('correct-horse-battery')], '[content]'],
    ['execContainer', ['c', { command: ['sh'] }, { stdin: 'correct-horse-battery' }], '[stdin]'],
    ['execContainer', ['c', { command: ['sh'] }, { stdin: Buffer.from('correct-horse-battery') }], '[stdin]'],
  ])('of %s is replaced: %j', (operation, given, placeholder) => {
    expect(shown('cannot store correct-horse-battery', given, operation)).toBe(`cannot store ${placeholder}`)
  })

  it('above 64 KiB is replaced from its beginning on', () => {
    const lines = Array.from({ length: 9000 }, (_, index) => `key ${index} is ${index * 7919}`).join('\n')
    expect(shown(lines.slice(0, 5000), ['c', '/keys', lines], 'writeFile')).not.toMatch(/key \d+ is/)
  })
})

describe('a secret by its field', () => {
  const spec = {
    image: 'web',
    env: {
      DB_PASSWORD: 'hunter2',
      SIGN_KEY: `pa"ss<w>o'rd&1`,
      REPOSITORY: 'https://ghp_x1y2@github.test/web',
      DATABASE: 'postgres://app:p%40ss@word9@db/app',
    },
    labels: { token: 'label-secret' },
    healthcheck: { test: ['curl', '-u', 'user:health-pw'] },
    credentials: { username: 'me', password: 's3cretpassw0rd' },
  }
  it.each([
    ['as it is', 'a value hunter2 is given', 'a value [env.DB_PASSWORD] is given'],
    ['in JSON', '{"DB_PASSWORD":"hunter2"}', '{"DB_PASSWORD":"[env.DB_PASSWORD]"}'],
    ['in JSON of Go', String.raw`pa\"ss\u003cw\u003eo'rd\u00261`, '[env.SIGN_KEY]'],
    ['in HTML', 'pa&quot;ss&lt;w&gt;o&#39;rd&amp;1', '[env.SIGN_KEY]'],
    ['in HTML of Go', 'pa&#34;ss&lt;w&gt;o&#39;rd&amp;1', '[env.SIGN_KEY]'],
    ['in a query', 'b=pa%22ss%3Cw%3Eo%27rd%261', 'b=[env.SIGN_KEY]'],
    ['in a query in lower case', 'b=pa%22ss%3cw%3eo%27rd%261', 'b=[env.SIGN_KEY]'],
    ['in Base64 with its user', `auth ${base64('me:s3cretpassw0rd')}`, 'auth [credentials]'],
    ['in Base64 after one byte', base64('.s3cretpassw0rd'), 'Ln[credentials.password]'],
    ['in Base64 after two bytes', base64('..s3cretpassw0rd'), 'Li5[credentials.password]'],
    ['as the only user of a URL', 'bad token ghp_x1y2', 'bad token [env.REPOSITORY]'],
    ['as a password of a URL with an `@`', 'failed for p@ss@word9', 'failed for [env.DATABASE]'],
    ['of a label', 'label label-secret', 'label [labels.token]'],
    ['of a healthcheck', 'failed for health-pw', 'failed for [healthcheck.test[2]]'],
  ])('is replaced %s', (_, message, text) => {
    expect(shown(message, [spec])).toBe(text)
  })

  it.each([
    [['login', '-p', 'hunter2']],
    [['login', '-phunter2']],
    [['login', '--password=hunter2']],
    [['login', '--db-token', 'hunter2']],
    [['sh', '-c', 'login -p hunter2 now']],
    [['sh', '-c', 'DB_PASSWORD="hunter2" login']],
    [['curl', '-H', 'Authorization: Bearer hunter2']],
  ])('is replaced in the command %j', (command) => {
    expect(shown('refused hunter2', [{ image: 'web', command }])).toMatch(/^refused \[command\[\d\]\]$/)
  })

  it('does not have another one searched for in what stands in its place', () => {
    const env = { DATABASE_PASSWORD: 'longer-secret-value', OTHER_KEY: 'PASSWORD' }
    expect(shown('v=longer-secret-value', [{ image: 'web', env }])).toBe('v=[env.DATABASE_PASSWORD]')
  })
})

describe('an ordinary value', () => {
  it.each([
    [{ POSTGRES_USER: 'postgres' }, 'the service `postgres` failed'],
    [{ NODE_ENV: 'production' }, 'postgres on localhost in production'],
    [{ APP_HOME: '/usr/local/bin' }, 'stat /usr/local/bin/docker-entrypoint.sh: no such file'],
    [{ HOSTNAME: 'localhost' }, 'dial localhost:5432'],
    [{ SERVER: 'db.internal.test:5432' }, 'dial db.internal.test:5432'],
    [{ ADDRESS: '192.168.100.1' }, 'cannot bind 192.168.100.1'],
    [{ LIMIT: '1073741824' }, 'limit 1073741824'],
    [{ PASSWORD_FILE: '/run/secrets/password' }, 'open /run/secrets/password: no such file'],
    [{ TAG: 'app-v1.2' }, 'my/app-v1.2-debug is no image'],
  ])('of %j stays in %j', (env, message) => {
    expect(shown(message, [{ image: 'web', env }])).toBe(message)
  })

  it('that looks random is replaced', () => {
    const env = { FOLDER: '/data/a1b2c3d4e5', HOST: 'x9k2m4p7q1.test', NAME: 'Xk92mQ4vLp' }
    expect(shown('/data/a1b2c3d4e5 x9k2m4p7q1.test aXk92mQ4vLpz', [{ image: 'web', env }])).toBe(
      '[env.FOLDER] [env.HOST] a[env.NAME]z',
    )
  })

  it('stays where it is a part of a public argument', () => {
    const spec = { image: 'registry.test/team-a1b2c3d4e5/web', env: { TEAM_KEY: 'team-a1b2c3d4e5' } }
    expect(shown('no such team-a1b2c3d4e5', [spec])).toBe('no such team-a1b2c3d4e5')
  })
})

describe('what tells errors apart', () => {
  const env = { A_KEY: 'CONTAINER', B_KEY: 'container', C_KEY: 'createContainer', D_KEY: 'not-found', E_KEY: 'PWD-x9' }
  const secrets = (): CallSecrets => secretsOf('startContainer', ['web', { env: { ...env, F_KEY: process.cwd() } }])
  const made = <Code extends RuntimeErrorCode>(code: Code, details: ErrorDetails<Code>): RuntimeError<Code> =>
    new RuntimeError(code, {
      message: 'PWD-x9 is there',
      operation: 'createContainer',
      resource: { kind: 'container', id: 'web' },
      details,
    })

  it('stays, with the details that are no texts and the frames of the stack', () => {
    const given = made('CONTAINER_START_FAILED', { reason: 'not-found', exitCode: 127 })
    const error = redactError(given, secrets())
    if (!RuntimeError.is(error, 'CONTAINER_START_FAILED')) return expect.fail('it is another error')
    expect(error).not.toBe(given)
    const { code, name, operation, resource, details, retryable, message } = error
    expect({ code, name, operation, resource, details, retryable }).toEqual({
      code: given.code,
      name: 'RuntimeError',
      operation: 'createContainer',
      resource: { kind: 'container', id: 'web' },
      details: { reason: 'not-found', exitCode: 127 },
      retryable: false,
    })
    expect(message).toBe('[env.E_KEY] is there')
    expect(error.stack?.split('\n').slice(1)).toEqual(given.stack?.split('\n').slice(1))
  })

  it('stays beside details that are texts', () => {
    const tried = [{ target: 'tcp://PWD-x9', source: 'PWD-x9', reason: 'no PWD-x9' }]
    expect(redactError(made('ENGINE_UNAVAILABLE', { tried }), secrets())).toMatchObject({
      details: { tried: [{ target: 'tcp://[env.E_KEY]', source: 'PWD-x9', reason: 'no [env.E_KEY]' }] },
    })
    expect(redactError(made('BUILD_FAILED', { exitCode: 2, logTail: ['PWD-x9'] }), secrets())).toMatchObject({
      details: { exitCode: 2, logTail: ['[env.E_KEY]'] },
    })
  })
})

describe('an error of the caller', () => {
  const secret = { image: 'web', env: { DB_PASSWORD: 'hunter2' } }
  const reason = failed('an earlier hunter2')

  it('is the same where it is the reason of an abort', async () => {
    const methods = redactingErrors({
      createContainer: (_spec: object, options: { readonly signal: AbortSignal }) =>
        Promise.reject(options.signal.reason),
    })
    const signal = AbortSignal.abort(reason)
    await expect(methods.createContainer(secret, { signal })).rejects.toBe(reason)
  })

  it('is the same where its function has thrown it', async () => {
    const methods = redactingErrors({
      createContainer: async (_spec: object, options: { readonly onEvent: () => void }) => options.onEvent(),
    })
    const onEvent = (): never => {
      throw reason
    }
    await expect(methods.createContainer(secret, { onEvent })).rejects.toBe(reason)
  })

  it('is the same where an earlier call has rejected with it', async () => {
    const methods = redactingErrors({ createContainer: (_spec: object, error: Error) => Promise.reject(error) })
    const first: unknown = await methods.createContainer({}, reason).catch((error: unknown) => error)
    expect(first).toBe(reason)
    await expect(methods.createContainer(secret, reason)).rejects.toBe(reason)
  })
})

it('a content of bytes is read only where an error is at hand', async () => {
  const bytes = Buffer.from('correct-horse-battery')
  let reads = 0
  const watched = new Proxy(bytes, {
    get(target, key) {
      if (key === 'slice' || key === 'length') reads += 1
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const methods = redactingErrors({
    writeFile: (_id: string, _path: string, _content: Uint8Array, error?: Error) =>
      error === undefined ? Promise.resolve() : Promise.reject(error),
  })
  await methods.writeFile('c', '/x', watched)
  expect(reads).toBe(0)
  await expect(methods.writeFile('c', '/x', watched, failed('no correct-horse-battery'))).rejects.toThrow(
    'no [content]',
  )
})

describe('the secrets of a container that exists', () => {
  it.each([
    [{}],
    [{ Config: null, HostConfig: null }],
    [{ Config: { Env: 'A=b', Cmd: 7, Labels: [], Healthcheck: 'x' }, HostConfig: { LogConfig: 'x' } }],
    [{ Config: { Env: [7, null, 'NONE'] } }],
  ])('are none in an inspect of another shape: %j', (json) => {
    const secrets = new CallSecrets()
    addContainer(secrets, json as Parameters<typeof addContainer>[1])
    expect(secrets.forms).toEqual([])
  })
})
