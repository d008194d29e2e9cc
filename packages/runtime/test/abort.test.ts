import { openRuntime } from '@moorage/runtime'
import { describe, expect, it, vi } from 'vitest'
import { attempt, silentBackend, stubBackend } from './stub-runtime.ts'

const environment = {}

describe('aborting openRuntime', () => {
  it('rejects with the reason before anything else when already aborted', async () => {
    const docker = stubBackend('docker')
    const reason = new Error('enough')
    const options = { signal: AbortSignal.abort(reason), host: '', adapters: { docker: docker.open } }
    await expect(openRuntime(options)).rejects.toBe(reason)
    expect(docker.calls).toEqual([])
  })

  it('rejects at once while an opener takes no notice, and closes the runtime that comes too late', async () => {
    let answer = (): void => undefined
    const docker = stubBackend('docker', (runtime) => {
      return new Promise((resolve) => {
        answer = () => resolve(runtime)
      })
    })
    const controller = new AbortController()
    const opening = openRuntime({ environment, signal: controller.signal, adapters: { docker: docker.open } })
    controller.abort('enough')
    await expect(opening).rejects.toBe('enough')
    expect(docker.closed()).toBe(false)
    answer()
    await vi.waitFor(() => expect(docker.closed()).toBe(true))
  })

  it('asks no further backend after an abort', async () => {
    const controller = new AbortController()
    const docker = stubBackend('docker', () => {
      controller.abort('enough')
      throw new Error('unreached')
    })
    const podman = stubBackend('podman')
    const adapters = { docker: docker.open, podman: podman.open }
    await expect(openRuntime({ environment, signal: controller.signal, adapters })).rejects.toBe('enough')
    expect(podman.calls).toEqual([])
  })

  it('leaves no listener on the signal, and an opened runtime is not bound to it', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    const podman = stubBackend('podman')
    const adapters = { docker: silentBackend('docker', attempt('a')).open, podman: podman.open }
    await openRuntime({ environment, signal, adapters })
    expect(added).toHaveBeenCalledTimes(2)
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(added.mock.calls.map(([, listener]) => listener))
    controller.abort()
    expect(podman.closed()).toBe(false)
    expect(podman.calls).toMatchObject([{ signal }])
  })
})
