import { describe, expect, test } from 'vitest'
import type { ImageProgressEvent, PulledImage, PullImageOptions } from '@moorage/runtime-core'
import { deferred, rejection, turn } from '../deferred.ts'
import { record } from '../recording-adapter.ts'

const event = (text: string): ImageProgressEvent => ({ phase: 'status', text })
const pulled: PulledImage = { id: 'sha256:0', platform: 'linux/amd64' }

/** A pull that tells these events and then waits for its signal. */
function talkative(texts: readonly string[]) {
  return record({
    answers: {
      pullImage: (_reference, options) =>
        new Promise((_resolve, reject) => {
          options?.signal?.addEventListener('abort', () => reject(options.signal?.reason))
          for (const text of texts) options?.onEvent?.(event(text))
        }),
    },
  })
}

describe('an onEvent callback', () => {
  test('gets every event in order', async () => {
    const { runtime } = record({
      answers: {
        pullImage: async (_reference, options) => {
          for (const text of ['a', 'b', 'c']) options?.onEvent?.(event(text))
          return pulled
        },
      },
    })
    const texts: string[] = []
    await runtime.pullImage('tools', { onEvent: ({ text }) => texts.push(text) })
    expect(texts).toEqual(['a', 'b', 'c'])
  })

  test('that throws aborts the call and rejects it with that very error, and hears nothing more', async () => {
    const { runtime, call } = talkative(['a', 'b'])
    const thrown = new Error('no more')
    const heard: string[] = []
    const onEvent = ({ text }: ImageProgressEvent): void => {
      heard.push(text)
      throw thrown
    }
    expect(await rejection(runtime.pullImage('tools', { onEvent }))).toBe(thrown)
    expect(heard).toEqual(['a'])
    expect(call('pullImage').signal.reason).toBe(thrown)
  })

  test('that rejects does the same', async () => {
    const { runtime } = talkative(['a'])
    const thrown = new Error('no more')
    const options: PullImageOptions = { onEvent: () => Promise.reject(thrown) }
    expect(await rejection(runtime.pullImage('tools', options))).toBe(thrown)
  })

  test('is not struck back: the adapter does not see what the callback throws', async () => {
    const seen: unknown[] = []
    const { runtime } = record({
      answers: {
        pullImage: async (_reference, options) => {
          try {
            options?.onEvent?.(event('a'))
          } catch (error) {
            seen.push(error)
          }
          return pulled
        },
      },
    })
    await rejection(
      runtime.pullImage('tools', {
        onEvent: () => {
          throw new Error('no more')
        },
      }),
    )
    expect(seen).toEqual([])
  })

  test('is silent once the call has ended', async () => {
    const { runtime, call } = record({ answers: { pullImage: async () => pulled } })
    const heard: string[] = []
    await runtime.pullImage('tools', { onEvent: ({ text }) => heard.push(text) })
    const late = call('pullImage').args[1] as PullImageOptions
    late.onEvent?.(event('late'))
    expect(heard).toEqual([])
  })

  test('is silent once the call is aborted', async () => {
    const answer = deferred<PulledImage>()
    const { runtime, call } = record({ answers: { pullImage: () => answer.promise } })
    const controller = new AbortController()
    const heard: string[] = []
    const pull = runtime.pullImage('tools', { signal: controller.signal, onEvent: ({ text }) => heard.push(text) })
    await turn()
    controller.abort()
    const { onEvent } = call('pullImage').args[1] as PullImageOptions
    onEvent?.(event('late'))
    await rejection(pull)
    answer.resolve(pulled)
    expect(heard).toEqual([])
  })

  test('that is absent is not given to the adapter', async () => {
    const { runtime, call } = record({ answers: { pushImage: async () => ({ digest: 'sha256:0' }) } })
    await runtime.pushImage('tools')
    expect(Object.keys(Object(call('pushImage').args[1]))).toEqual(['signal'])
  })
})
