import { createDockerRuntime } from '@moorage/runtime-docker'
import { expect, it } from 'vitest'
import { describeOnEngine } from '../../../../tooling/test/engine-under-test.ts'

await describeOnEngine({ name: 'docker', open: createDockerRuntime }, ({ open }) => {
  it('says what it is connected to', async () => {
    await using runtime = await open()
    const info = await runtime.info()
    expect(info).toMatchObject({ backend: 'docker', engineName: 'Docker', operatingSystem: 'linux' })
    expect(info.endpoint).toMatch(/^(?:unix|tcp|npipe):\/\//)
  })

  it('keeps no connection after close, and leaves another runtime alone', async () => {
    await using other = await open()
    const runtime = await open()
    await Promise.all(Array.from({ length: 20 }, () => runtime.listContainers()))
    await runtime.close()
    await expect(runtime.info()).rejects.toMatchObject({ code: 'RUNTIME_CLOSED' })
    expect((await other.info()).backend).toBe('docker')
  })
})

const podmanHost = process.env['MOORAGE_TEST_PODMAN_HOST']

it.skipIf(podmanHost === undefined)('recognises Podman behind a Docker host', async () => {
  await expect(createDockerRuntime({ host: podmanHost ?? '' })).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringContaining('this is Podman'),
  })
})
