import { createVirtualClock } from '@moorage/runtime-fake'
import { describe, expect, it } from 'vitest'

describe('createVirtualClock', () => {
  it('wakes sleepers in the order of their times, and what they do next happens before the next', async () => {
    const clock = createVirtualClock({ start: 1000 })
    const woken: string[] = []
    const sleeper = async (name: string, milliseconds: number): Promise<void> => {
      await clock.sleep(milliseconds)
      woken.push(`${name} at ${clock.now()}`)
    }
    const all = Promise.all([
      sleeper('late', 20),
      sleeper('early', 10).then(() => sleeper('early again', 5)),
      sleeper('same', 20),
    ])
    await clock.advance(19)
    expect(woken).toEqual(['early at 1010', 'early again at 1015'])
    await clock.advance(1)
    await all
    expect(woken.slice(2)).toEqual(['late at 1020', 'same at 1020'])
  })

  it('goes on by itself when told to', async () => {
    const clock = createVirtualClock({ start: 0, autoAdvance: true })
    await clock.sleep(86_400_000)
    expect(clock.now()).toBe(86_400_000)
  })

  it('ends a sleep with the reason of its signal, and forgets it', async () => {
    const clock = createVirtualClock()
    const reason = new Error('enough')
    const controller = new AbortController()
    const sleeping = clock.sleep(10, controller.signal)
    controller.abort(reason)
    await expect(sleeping).rejects.toBe(reason)
    await expect(clock.sleep(10, controller.signal)).rejects.toBe(reason)
    await clock.advance(100)
  })
})
