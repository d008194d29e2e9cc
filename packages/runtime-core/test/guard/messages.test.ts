import { describe, expect, test } from 'vitest'
import { refusal } from './refusal.ts'

describe('the message of an INVALID_ARGUMENT', () => {
  test.each([
    ['a password', 'pullImage', 'tools', { credentials: { username: 'name', password: ['s3cret'] } }],
    ['a token', 'pullImage', 'tools', { credentials: { identityToken: 's3cret\0' } }],
    ['a variable', 'createContainer', { image: 'tools', env: { TOKEN: 's3cret\0' } }],
    ['a build argument', 'buildImage', { context: { directory: '.' }, buildArguments: { TOKEN: 's3cret\0' } }],
    ['stdin', 'execContainer', 'box', { command: ['a'] }, { stdin: ['s3cret'] }],
  ] as const)('never the value of %s', async (_what, method, ...args) => {
    const error = await refusal(method, args)
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(JSON.stringify(error)).not.toContain('s3cret')
  })

  test('a long value is cut', async () => {
    const error = await refusal('startContainer', ['/'.repeat(10_000)])
    expect(String(error).length).toBeLessThan(300)
  })

  test.each([
    [
      'createContainer',
      { image: 'tools', networks: [{ network: 'net' }], namespaces: { network: 'none' } },
      'networks',
    ],
    ['createContainer', { image: 'tools', autoRemove: true, restart: { policy: 'always' } }, 'autoRemove'],
  ] as const)('the field of %s that another one excludes', async (method, spec, field) => {
    expect(await refusal(method, [spec])).toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field: `spec.${field}` },
    })
  })

  test.each([
    ['spec (key)', { hunter2: 1 }],
    ['spec (key)', { 'tcp://u:hunter2@h': 1 }],
    ['spec.hostName', { hostName: 'a' }],
    ['spec.label', { label: {} }],
    ['spec.labels.VALUE', { labels: { VALUE: 5 } }],
    ['spec.labels (key)', { labels: { 'hunter2=': 5 } }],
    ['spec.resources (key)', { resources: { hunter2: 5 } }],
  ])('%s for a key that is no field: %j', async (field, more) => {
    const error = await refusal('createContainer', [{ image: 'tools', ...more }])
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', details: { field } })
    expect(JSON.stringify(error)).not.toContain('hunter2')
  })

  test.each([
    ['resources', { pidsLimit: 0 }],
    ['healthcheck', { test: 'true', startPeriodMs: 0.5 }],
    ['gpus', 0.5],
  ])('the number that a field of %s refuses', async (field, value) => {
    const error = await refusal('createContainer', [{ image: 'tools', [field]: value }])
    expect(error).toHaveProperty('message', expect.stringMatching(/not 0(?:\.5)?\.$/))
  })

  test('the fields that there are, for one that there is not', async () => {
    const error = await refusal('stopContainer', ['box', { timeout: 1 }])
    expect(error).toHaveProperty('message', expect.stringContaining('signal, timeoutMs'))
  })
})
