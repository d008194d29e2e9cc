import { openRuntime } from '@moorage/runtime'
import { RuntimeError } from '@moorage/runtime-core'
import { describe, expect, it } from 'vitest'
import { load } from '../src/openers.ts'

const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code })

describe('loading an adapter', () => {
  it('takes a package that is not installed for an engine that cannot be had', async () => {
    // The module loader's own answer, not one that this test made up.
    const name = '@moorage/runtime-not-there'
    const error = await load(name, () => import(/* @vite-ignore */ name)).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      details: { tried: [{ target: name, reason: 'the package is not installed' }] },
    })
    expect(RuntimeError.is(error) && error.message).toContain(`${name} is not installed. Install it`)
  })

  it('is advised where it is all that is missing', async () => {
    const missing = (name: string) => () =>
      load(name, () => Promise.reject(failure('ERR_MODULE_NOT_FOUND', `'${name}'`)))
    const adapters = { docker: missing('@moorage/runtime-docker'), podman: missing('@moorage/runtime-podman') }
    await expect(openRuntime({ environment: {}, adapters })).rejects.toThrow(
      'no container engine answers. Install @moorage/runtime-docker or @moorage/runtime-podman. Tried:',
    )
    await expect(openRuntime({ backend: 'docker', adapters })).rejects.toThrow(
      'Docker cannot be opened, and the `backend` option allows no other backend. Install @moorage/runtime-docker.',
    )
  })

  it.each([
    ['a package that it needs is missing', failure('ERR_MODULE_NOT_FOUND', "Cannot find package 'dockerode'")],
    ['it is broken', new SyntaxError('Unexpected token')],
  ])('rejects with the loader failure when %s', async (_, cause) => {
    await expect(load('@moorage/runtime-docker', () => Promise.reject(cause))).rejects.toBe(cause)
  })
})
