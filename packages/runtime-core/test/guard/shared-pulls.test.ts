import type { ImageProgressEvent, PulledImage, PullImageOptions } from '@moorage/runtime-core'
import { describe, expect, it } from 'vitest'
import { deferred, type Deferred } from '../deferred.ts'
import { record, type Recording } from '../recording-adapter.ts'

const pulled: PulledImage = { id: 'sha256:1', platform: 'linux/amd64' }

interface Pulling extends Recording {
  /** What the adapter was asked for, in order. */
  readonly pulls: readonly (PullImageOptions & Deferred<PulledImage>)[]
}

/** A runtime whose pulls the test settles; one that is aborted rejects. */
function pulling(): Pulling {
  const pulls: (PullImageOptions & Deferred<PulledImage>)[] = []
  const recording = record({
    answers: {
      pullImage: (_reference, options = {}) => {
        const pull = deferred<PulledImage>()
        pulls.push({ ...options, ...pull })
        options.signal?.addEventListener('abort', () => pull.reject(options.signal?.reason), { once: true })
        return pull.promise
      },
    },
  })
  return { ...recording, pulls }
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

describe('pulls at the same time', () => {
  it('of one reference are one, and all resolve', async () => {
    const { runtime, pulls } = pulling()
    const all = Promise.all(Array.from({ length: 50 }, () => runtime.pullImage('app:1')))
    await turns()
    expect(pulls).toHaveLength(1)
    pulls[0]?.resolve(pulled)
    expect(new Set(await all)).toEqual(new Set([pulled]))
  })

  it('share a failure too, and the next one asks again', async () => {
    const { runtime, pulls } = pulling()
    const all = Promise.allSettled([runtime.pullImage('app:1'), runtime.pullImage('app:1')])
    await turns()
    const reason = new Error('no such image')
    pulls[0]?.reject(reason)
    expect((await all).map((outcome) => 'reason' in outcome && outcome.reason)).toEqual([reason, reason])
    void runtime.pullImage('app:1').catch(() => undefined)
    await turns()
    expect(pulls).toHaveLength(2)
    pulls[1]?.resolve(pulled)
  })

  it.each<readonly [string, string, PullImageOptions]>([
    ['another reference', 'app:2', {}],
    ['another platform', 'app:1', { platform: 'linux/arm64' }],
    ['other credentials', 'app:1', { credentials: { username: 'a', password: 'b' } }],
  ])('of %s are another', async (_, reference, options) => {
    const { runtime, pulls } = pulling()
    const all = [runtime.pullImage('app:1'), runtime.pullImage(reference, options)]
    await turns()
    expect(pulls).toHaveLength(2)
    for (const pull of pulls) pull.resolve(pulled)
    await Promise.all(all)
  })

  it('are joined by what a container’s pull policy asks for', async () => {
    const { runtime, pulls } = pulling()
    const all = [runtime.pullImage('app:1'), runtime.createContainer({ image: 'app:1', pullPolicy: 'always' })]
    await turns()
    expect(pulls).toHaveLength(1)
    pulls[0]?.resolve(pulled)
    await Promise.all(all)
  })

  it('go on until the last caller has left', async () => {
    const { runtime, pulls } = pulling()
    const controllers = [new AbortController(), new AbortController()] as const
    const [one, other] = controllers.map(({ signal }) =>
      runtime.pullImage('app:1', { signal }).catch((error: unknown) => error),
    )
    await turns()
    const reasons = [new Error('one'), new Error('other')] as const
    controllers[0].abort(reasons[0])
    expect(await one).toBe(reasons[0])
    expect(pulls[0]?.signal?.aborted).toBe(false)
    controllers[1].abort(reasons[1])
    expect(await other).toBe(reasons[1])
    expect(pulls[0]?.signal?.aborted).toBe(true)
    void runtime.pullImage('app:1').catch(() => undefined)
    await turns()
    expect(pulls).toHaveLength(2)
    pulls[1]?.resolve(pulled)
  })

  it('tell each caller of progress until it leaves; one whose callback throws leaves the others alone', async () => {
    const { runtime, pulls } = pulling()
    const seen: string[] = []
    const mine = new Error('mine')
    const first = runtime.pullImage('app:1', {
      onEvent() {
        throw mine
      },
    })
    first.catch(() => undefined)
    const second = runtime.pullImage('app:1', { onEvent: ({ text }) => seen.push(text) })
    await turns()
    const event = (text: string): ImageProgressEvent => ({ phase: 'status', text })
    pulls[0]?.onEvent?.(event('one'))
    await expect(first).rejects.toBe(mine)
    pulls[0]?.onEvent?.(event('two'))
    pulls[0]?.resolve(pulled)
    await second
    expect(seen).toEqual(['one', 'two'])
  })

  it('end when the runtime is closed', async () => {
    const { runtime, pulls } = pulling()
    const pull = runtime.pullImage('app:1')
    pull.catch(() => undefined)
    await turns()
    await runtime.close()
    await expect(pull).rejects.toMatchObject({ code: 'RUNTIME_CLOSED' })
    expect(pulls[0]?.signal?.aborted).toBe(true)
  })
})
