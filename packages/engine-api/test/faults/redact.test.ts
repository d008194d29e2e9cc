import { inspect } from 'node:util'
import { RuntimeError } from '@moorage/runtime-core'
import { describe, expect, it } from 'vitest'
import { AnswerError } from '../../src/client/answer-error.ts'
import { secretsOf } from '../../src/errors/argument-secrets.ts'
import { redactError } from '../../src/errors/redact.ts'

const spec = {
  image: 'node:22-bookworm-slim',
  workingDirectory: '/workspace/project',
  env: {
    BASE: 'node:22-bookworm-slim',
    HOME: '/workspace/project',
    CI: 'true',
    DATABASE: 'postgres://app:hunter2@db/app',
  },
  command: ['deploy-program', '--token', 'abcdefgh-12345678'],
}

const failed = (message: string, cause?: unknown): RuntimeError<'CONTAINER_START_FAILED'> =>
  new RuntimeError('CONTAINER_START_FAILED', {
    message,
    operation: 'startContainer',
    engine: { status: 400, message },
    details: { reason: 'not-found', exitCode: 127 },
    ...(cause !== undefined && { cause }),
  })

const shown = (message: string): string => {
  const error = redactError(failed(message), secretsOf('createContainer', [spec]))
  return error instanceof Error ? error.message : ''
}

describe('the text of an error', () => {
  it.each([
    ['no such image: node:22-bookworm-slim', 'no such image: node:22-bookworm-slim'],
    ['chdir to /workspace/project: no such directory', 'chdir to /workspace/project: no such directory'],
    ['CI=true, deploy-program: not found', 'CI=true, deploy-program: not found'],
    ['cannot run abcdefgh-12345678', 'cannot run [command[2]]'],
    ['cannot reach hunter2', 'cannot reach [env.DATABASE]'],
    ['Authorization: Basic YWxpY2U6c3dvcmRmaXNo', 'Authorization: Basic …'],
    ['Authorization: Basic aHVudGVyMjpodW50ZXIy', 'Authorization: Basic [env.DATABASE]'],
    ['login failed: PASSWORD=[abcdefgh1', 'login failed: PASSWORD=…'],
    ['mount: data: user=a,password=hunter3,vers=3', 'mount: data: user=a,password=…,vers=3'],
    ['an archive: \0\0\0 and more', 'an archive: … (12 characters of binary data left out)'],
  ])('%j is shown as %j', (message, text) => {
    expect(shown(message)).toBe(text)
  })
})

describe('a text of 50 MB', () => {
  it.each(['x', '-x', 'token="', 'https://a@', 'a:', 'Bearer '])('of nothing but %j has a bound', (piece) => {
    const long = shown(piece.repeat(50_000_000 / piece.length))
    expect(long.length).toBeLessThan(9000)
    expect(long).toMatch(/characters left out\)$/)
  })

  it('shows no part of a secret that stands at its bound', () => {
    for (let at = 8160; at < 8200; at += 1) {
      const long = shown(`${'.'.repeat(at)}abcdefgh-12345678${'.'.repeat(9000)}`)
      expect(long).not.toContain('abc')
    }
  })
})

describe('an error with a secret', () => {
  it('keeps its class, its code and its fields, and so do its causes', () => {
    const socket = Object.assign(new TypeError('abcdefgh-12345678 is no socket'), { code: 'ENOTSOCK' })
    const answer = Object.assign(new AnswerError('POST /start', 400, 'abcdefgh-12345678'), { cause: socket })
    const error = redactError(failed('abcdefgh-12345678', answer), secretsOf('createContainer', [spec]))
    if (!RuntimeError.is(error, 'CONTAINER_START_FAILED')) return expect.fail('it is another error')
    expect(error).toBeInstanceOf(RuntimeError)
    expect(error).toMatchObject({ blame: 'caller', retryable: false, details: { reason: 'not-found', exitCode: 127 } })
    expect(error.cause).toBeInstanceOf(AnswerError)
    expect(error.cause).toMatchObject({ status: 400, cause: { code: 'ENOTSOCK' } })
    expect(error.stack).toContain('redact.test.ts')
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('abcdefgh')
  })

  it('is the same error where it has none, and where it is the caller’s own', () => {
    const secrets = secretsOf('createContainer', [spec])
    const harmless = failed('no such image')
    expect(redactError(harmless, secrets)).toBe(harmless)
    const own = new Error('abcdefgh-12345678')
    expect(redactError(own, secrets)).toBe(own)
  })

  it('may have a cause that is its own cause', () => {
    const error = failed('abcdefgh-12345678')
    Object.assign(error, { cause: error })
    expect(inspect(redactError(error, secretsOf('createContainer', [spec])), { depth: 3 })).toContain('[command[2]]')
  })
})
