import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { waitUntilHealthy, type Runtime } from '@moorage/runtime-core'
import { createPodmanRuntime } from '@moorage/runtime-podman'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeOnEngine } from '../../../../tooling/test/engine-under-test.ts'

const deadlineMs = 60_000

await describeOnEngine({ name: 'podman', open: createPodmanRuntime }, ({ open, image }) => {
  let runtime: Runtime
  const containers: string[] = []
  beforeAll(async () => {
    runtime = await open()
  })
  afterAll(async () => {
    await Promise.all(containers.map((id) => runtime.removeContainer(id, { force: true, missing: 'ignore' })))
    await runtime.close()
  })
  const run = async (spec: Partial<Parameters<Runtime['runContainer']>[0]>): Promise<string> => {
    const { id } = await runtime.runContainer({ image, command: ['sleep', '1000'], stopTimeoutMs: 0, ...spec })
    containers.push(id)
    return id
  }
  const signal = (): AbortSignal => AbortSignal.timeout(deadlineMs)

  it('becomes healthy where nothing runs the checks but whoever waits', async () => {
    const healthcheck = { test: 'test -e /tmp/ok', intervalMs: 200, timeoutMs: 5000, retries: 1000 }
    const id = await run({ command: ['sh', '-c', 'sleep 1; touch /tmp/ok; exec sleep 1000'], healthcheck })
    expect((await waitUntilHealthy(runtime, id, { signal: signal() })).health).toBe('healthy')
  })

  it('becomes unhealthy after the retries, and says so', async () => {
    const id = await run({ healthcheck: { test: 'false', intervalMs: 100, timeoutMs: 5000, retries: 2 } })
    await expect(waitUntilHealthy(runtime, id, { signal: signal() })).rejects.toMatchObject({
      code: 'CONTAINER_UNHEALTHY',
    })
  })

  it('refuses a bind whose source is missing, and makes neither a directory nor a container', async () => {
    const folder = await mkdtemp(`${tmpdir()}/moorage-bind-`)
    await rm(folder, { recursive: true })
    const before = await runtime.listContainers()
    const mounts = [{ type: 'bind', source: folder, target: '/data' }] as const
    await expect(runtime.createContainer({ image, mounts })).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' })
    await expect(rm(folder, { recursive: true })).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await runtime.listContainers()).toHaveLength(before.length)
  })

  it('stops a paused container', async () => {
    const id = await run({})
    await runtime.pauseContainer(id)
    await runtime.stopContainer(id, { timeoutMs: 0 })
    expect((await runtime.inspectContainer(id)).status).toBe('exited')
  })

  it('never removes a container with its image, however it is asked', async () => {
    await runtime.tagImage(image, 'moorage-podman-differences:1')
    const id = await run({ image: 'moorage-podman-differences:1' })
    await runtime.removeImage('moorage-podman-differences:1', { force: true })
    expect((await runtime.inspectContainer(id)).status).toBe('running')
    const { imageId } = await runtime.inspectContainer(id)
    await expect(runtime.removeImage(imageId, { force: true })).rejects.toMatchObject({ code: 'IMAGE_IN_USE' })
    expect((await runtime.inspectContainer(id)).status).toBe('running')
  })

  it('lists newest first, also within a second', async () => {
    const label = `moorage-order-${Date.now()}`
    const made: string[] = []
    for (let count = 0; count < 5; count += 1)
      made.unshift((await runtime.createContainer({ image, labels: { [label]: '' } })).id)
    containers.push(...made)
    expect((await runtime.listContainers({ labels: { [label]: '' } })).map(({ id }) => id)).toEqual(made)
  })
})
