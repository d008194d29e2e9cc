import { describe, expect, test } from 'vitest'
import { RuntimeError, type ImageDetails, type PulledImage } from '@moorage/runtime-core'
import { rejection, turn } from '../deferred.ts'
import { record } from '../recording-adapter.ts'

const notFound = (): RuntimeError =>
  new RuntimeError('IMAGE_NOT_FOUND', { message: 'no such image', operation: 'inspectImage', details: {} })
const missing = { inspectImage: () => Promise.reject(notFound()) }

describe('pullPolicy', () => {
  test.each([undefined, 'never'] as const)('%s asks for no image', async (pullPolicy) => {
    const { runtime, reached } = record({ answers: missing })
    await runtime.createContainer({ image: 'tools', ...(pullPolicy && { pullPolicy }) })
    expect(reached()).toEqual(['createContainer'])
  })

  test('missing pulls what the engine lacks, for the platform of the spec', async () => {
    const { runtime, reached, call } = record({ answers: missing })
    await runtime.createContainer({ image: 'tools:1', pullPolicy: 'missing', platform: 'linux/arm64' })
    expect(reached()).toEqual(['inspectImage', 'pullImage', 'createContainer'])
    expect(call('pullImage').args).toMatchObject(['tools:1', { platform: 'linux/arm64' }])
  })

  test('missing pulls nothing that is there', async () => {
    const { runtime, reached } = record()
    await runtime.createContainer({ image: 'tools', pullPolicy: 'missing' })
    expect(reached()).toEqual(['inspectImage', 'createContainer'])
  })

  test.each([
    [{ operatingSystem: 'linux', architecture: 'amd64' }, 'linux/arm64', true],
    [{ operatingSystem: 'linux', architecture: 'arm', variant: 'v6' }, 'linux/arm/v7', true],
    [{ operatingSystem: 'linux', architecture: 'arm64', variant: 'v8' }, 'linux/arm64', false],
    [{ operatingSystem: 'linux', architecture: 'arm64' }, 'linux/arm64/v8', false],
  ])('missing, with %j there, of %s: pulls %s', async (image, platform, pulls) => {
    const { runtime, reached } = record({ answers: { inspectImage: () => Promise.resolve(image as ImageDetails) } })
    await runtime.createContainer({ image: 'tools', pullPolicy: 'missing', platform })
    expect(reached().includes('pullImage')).toBe(pulls)
  })

  test('missing passes on any other error', async () => {
    const failure = new Error('down')
    const { runtime, reached } = record({ answers: { inspectImage: () => Promise.reject(failure) } })
    expect(await rejection(runtime.createContainer({ image: 'tools', pullPolicy: 'missing' }))).toBe(failure)
    expect(reached()).toEqual(['inspectImage'])
  })

  test('always pulls first, and runContainer too', async () => {
    const { runtime, reached } = record()
    await runtime.runContainer({ image: 'tools', pullPolicy: 'always' })
    expect(reached()).toEqual(['pullImage', 'createContainer', 'startContainer'])
  })

  test('never pulls an id', async () => {
    const { runtime, reached } = record()
    await runtime.createContainer({ image: `sha256:${'a'.repeat(64)}`, pullPolicy: 'always' })
    expect(reached()).toEqual(['createContainer'])
  })

  test('is not the adapter’s business', async () => {
    const { runtime, call } = record()
    await runtime.createContainer({ image: 'tools', pullPolicy: 'always' })
    expect(call('createContainer').args[0]).not.toHaveProperty('pullPolicy')
  })

  test('a pull that fails creates nothing', async () => {
    const { runtime, reached } = record({ answers: { pullImage: () => Promise.reject(notFound()) } })
    const error = await rejection(runtime.createContainer({ image: 'tools', pullPolicy: 'always' }))
    expect(error).toMatchObject({ code: 'IMAGE_NOT_FOUND' })
    expect(reached()).toEqual(['pullImage'])
  })

  test('a pull under way is told of the abort, and nothing is created', async () => {
    const { runtime, reached, call } = record({ answers: { pullImage: () => new Promise<PulledImage>(() => {}) } })
    const controller = new AbortController()
    const create = runtime.createContainer({ image: 'tools', pullPolicy: 'always' }, { signal: controller.signal })
    await turn()
    controller.abort('enough')
    expect(await rejection(create)).toBe('enough')
    expect(call('pullImage').signal.reason).toBe('enough')
    await turn()
    expect(reached()).toEqual(['pullImage'])
  })

  test('a field without its gate is refused before the pull', async () => {
    const { runtime, reached } = record({ lacks: ['hostDevices'] })
    const create = runtime.createContainer({ image: 'tools', pullPolicy: 'always', privileged: true })
    expect(await rejection(create)).toMatchObject({ code: 'UNSUPPORTED' })
    expect(reached()).toEqual([])
  })
})
