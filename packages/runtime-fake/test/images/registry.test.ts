import { RuntimeError } from '@moorage/runtime-core'
import { createFakeRuntime, FakeEngine } from '@moorage/runtime-fake'
import { describe, expect, it } from 'vitest'

const credentials = { username: 'skipper', password: 'knot' }

describe('the registry of the fake', () => {
  it('asks for the credentials that an image was given', async () => {
    await using runtime = createFakeRuntime({ registry: { 'private/app:1': { credentials } } })
    const codes: unknown[] = []
    for (const given of [undefined, { ...credentials, password: 'wrong' }]) {
      const options = given === undefined ? {} : { credentials: given }
      const error: unknown = await runtime.pullImage('private/app:1', options).catch((reason: unknown) => reason)
      codes.push(RuntimeError.is(error) ? error.code : error)
    }
    expect(codes).toEqual(['UNAUTHORIZED', 'UNAUTHORIZED'])
    expect((await runtime.pullImage('private/app:1', { credentials })).platform).toBe('linux/amd64')
  })

  it('takes what is pushed, and gives it to another engine by its digest', async () => {
    const engine = new FakeEngine({ images: { 'app:1': { labels: { app: 'shop' } } } })
    await using runtime = createFakeRuntime({ engine })
    const { digest } = await runtime.pushImage('app:1')
    const first = await runtime.inspectImage('app:1')
    await runtime.removeImage('app:1')
    const pulled = await runtime.pullImage(`app@${digest}`)
    expect(pulled.digest).toBe(digest)
    expect((await runtime.inspectImage(pulled.id)).labels).toEqual(first.labels)
  })
})

describe('two runtimes of one engine', () => {
  it('see the same containers, and one outlives the other', async () => {
    const engine = new FakeEngine({ images: { 'app:1': { programs: { app: ({ sleep }) => sleep(1e9) } } } })
    const one = createFakeRuntime({ engine })
    const other = createFakeRuntime({ engine })
    const { id } = await one.runContainer({ image: 'app:1', command: ['app'] })
    await one.close()
    expect((await other.inspectContainer(id)).status).toBe('running')
    await other.close()
    engine.dispose()
  })

  it('switches capabilities off, and never on', async () => {
    await using runtime = createFakeRuntime({ capabilities: { pause: false, checkpoint: true } })
    expect(runtime.capabilities).toMatchObject({ pause: false, rename: true, checkpoint: false })
    const error: unknown = await runtime.pauseContainer('any').catch((reason: unknown) => reason)
    expect(RuntimeError.is(error, 'UNSUPPORTED')).toBe(true)
  })
})
