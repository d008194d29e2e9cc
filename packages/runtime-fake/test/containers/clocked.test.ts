import { createFakeRuntime, createVirtualClock, type Program } from '@moorage/runtime-fake'
import { describe, expect, it } from 'vitest'

const forever: Program = async ({ sleep }) => {
  for (;;) await sleep(1000)
}

const deaf: Program = async ({ sleep, onSignal }) => {
  onSignal('SIGTERM', () => undefined)
  for (;;) await sleep(1000)
}

function runtimeWith(programs: Readonly<Record<string, Program>>) {
  const clock = createVirtualClock()
  const runtime = createFakeRuntime({ clock, images: { 'app:1': { programs } } })
  return { clock, runtime }
}

describe('on a virtual clock', () => {
  it('a stop kills after ten seconds what does not listen', async () => {
    const { clock, runtime } = runtimeWith({ deaf })
    const { id } = await runtime.runContainer({ image: 'app:1', command: ['deaf'] })
    const stopping = runtime.stopContainer(id)
    await clock.advance(9999)
    expect((await runtime.inspectContainer(id)).status).toBe('running')
    await clock.advance(1)
    await stopping
    expect((await runtime.waitContainer(id)).exitCode).toBe(137)
    await runtime.close()
  })

  it('a restart policy starts again, each time after a longer pause, and as often as it says', async () => {
    const { clock, runtime } = runtimeWith({ crash: () => 1 })
    const restart = { policy: 'on-failure', maximumRetries: 2 } as const
    const { id } = await runtime.runContainer({ image: 'app:1', command: ['crash'], restart })
    await clock.advance(0)
    expect((await runtime.inspectContainer(id)).status).toBe('restarting')
    await clock.advance(100)
    expect(await runtime.inspectContainer(id)).toMatchObject({ status: 'restarting', restartCount: 1 })
    await clock.advance(199)
    expect((await runtime.inspectContainer(id)).restartCount).toBe(1)
    await clock.advance(1)
    expect(await runtime.inspectContainer(id)).toMatchObject({ status: 'exited', restartCount: 2, exitCode: 1 })
    await runtime.close()
  })

  it('a healthcheck turns healthy at its first success and unhealthy after its retries', async () => {
    let isWell = true
    const check: Program = () => (isWell ? 0 : 1)
    const { clock, runtime } = runtimeWith({ forever, check })
    const { id } = await runtime.runContainer({
      image: 'app:1',
      command: ['forever'],
      healthcheck: { test: ['check'], intervalMs: 1000, retries: 2 },
    })
    const health = async () => (await runtime.inspectContainer(id)).health
    expect(await health()).toBe('starting')
    await clock.advance(1000)
    expect(await health()).toBe('healthy')
    isWell = false
    await clock.advance(1000)
    expect(await health()).toBe('healthy')
    await clock.advance(1000)
    expect(await health()).toBe('unhealthy')
    await runtime.close()
  })

  it('a paused process neither wakes nor writes until it goes on', async () => {
    const tick: Program = async ({ stdout, sleep }) => {
      for (;;) {
        await stdout('tick\n')
        await sleep(1000)
      }
    }
    const { clock, runtime } = runtimeWith({ tick })
    const { id } = await runtime.runContainer({ image: 'app:1', command: ['tick'] })
    const ticks = async (): Promise<number> => {
      let count = 0
      for await (const _ of runtime.containerLogs(id)) count += 1
      return count
    }
    await clock.advance(1000)
    await runtime.pauseContainer(id)
    await clock.advance(60_000)
    expect(await ticks()).toBe(2)
    await runtime.unpauseContainer(id)
    await clock.advance(1000)
    expect(await ticks()).toBeGreaterThan(2)
    await runtime.close()
  })

  it('a process of a runtime that is closed ends', async () => {
    const { runtime } = runtimeWith({ forever })
    const { id } = await runtime.runContainer({ image: 'app:1', command: ['forever'] })
    const container = runtime.fake.engine.findContainer(id)
    await runtime.close()
    expect(container?.process?.exitCode ?? container?.exitCode).toBe(137)
  })
})
