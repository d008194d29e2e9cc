import { openRuntime, type OpenRuntimeOptions } from '@moorage/runtime'
import { RuntimeError } from '@moorage/runtime-core'
import { describe, expect, it } from 'vitest'
import { stubBackend } from './stub-runtime.ts'

/** Options as a caller without a type checker may pass them. */
const untyped = (options: unknown): OpenRuntimeOptions => options as OpenRuntimeOptions

describe('arguments of openRuntime', () => {
  it.each([
    ['options', null],
    ['options.backend', { backend: 'Docker' }],
    ['options.allowFake', { allowFake: 'yes' }],
    ['options.allowOtherEngine', { allowOtherEngine: 'yes' }],
    ['options.environment', { environment: 'DOCKER_HOST=a' }],
    ['options (key)', { 'tcp://u:hunter2@h': 1 }],
    ['options.environment.DOCKER_HOST', { environment: { DOCKER_HOST: 5 } }],
    ['options.environment', { environment: new Map() }],
    ['options.environment', { environment: [] }],
    ['options.environment (key)', { environment: { 'TOKEN=hunter2': 5 } }],
    ['options.host', { host: '' }],
    ['options.host', { host: 7 }],
    ['options.host', { host: 'unix:///x', backend: 'fake' }],
    ['options.host', { host: 'unix:///x', environment: { MOORAGE_BACKEND: 'fake' } }],
    ['options.signal', { signal: {} }],
    ['options.adapters.docker', { adapters: { docker: undefined } }],
    ['options.adapters (key)', { adapters: { lxc: () => undefined } }],
    ['options.allowfake', { allowfake: true }],
    ['MOORAGE_BACKEND', { environment: { MOORAGE_BACKEND: 'Docker' } }],
    ['MOORAGE_BACKEND', { environment: { MOORAGE_BACKEND: ' ' } }],
  ])('names %s when it is malformed', async (field, options) => {
    const error = await openRuntime(untyped(options)).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', operation: 'openRuntime', details: { field } })
    expect(JSON.stringify(error)).not.toContain('hunter2')
  })

  it('names MOORAGE_BACKEND and its values where it has another one', async () => {
    const environment = { MOORAGE_BACKEND: 'lxc' }
    const error = await openRuntime({ environment }).catch((reason: unknown) => reason)
    expect(RuntimeError.is(error) && error.message).toBe(
      'openRuntime: `MOORAGE_BACKEND` must be one of docker, podman, fake.',
    )
  })

  it('reads MOORAGE_BACKEND of the process when no environment is given', async () => {
    const before = process.env['MOORAGE_BACKEND']
    process.env['MOORAGE_BACKEND'] = 'podman'
    try {
      const { choice } = await openRuntime({ adapters: { podman: stubBackend('podman').open } })
      expect(choice).toMatchObject({ backend: 'podman', reason: 'MOORAGE_BACKEND names it' })
    } finally {
      if (before === undefined) delete process.env['MOORAGE_BACKEND']
      else process.env['MOORAGE_BACKEND'] = before
    }
  })
})
