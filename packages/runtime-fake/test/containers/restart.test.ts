import { createFakeRuntime, type Program } from '@moorage/runtime-fake'
import { expect, it } from 'vitest'

it.each([false, true])('restarts that are concurrent leave one process, with autoRemove %s', async (autoRemove) => {
  const processes = { started: 0, running: 0 }
  const forever: Program = async ({ sleep }) => {
    processes.started += 1
    processes.running += 1
    try {
      for (;;) await sleep(1000)
    } finally {
      processes.running -= 1
    }
  }
  const runtime = createFakeRuntime({ images: { 'app:1': { programs: { forever } } } })
  const { id } = await runtime.runContainer({ image: 'app:1', command: ['forever'], autoRemove })
  const restart = (): Promise<void> => runtime.restartContainer(id, { timeoutMs: 0 })
  await Promise.all([restart(), restart(), restart()])
  expect((await runtime.inspectContainer(id)).status).toBe('running')
  expect(processes.running).toBe(1)
  await runtime.close()
  await expect.poll(() => processes.running).toBe(0)
  expect(processes.started).toBeGreaterThan(1)
})
