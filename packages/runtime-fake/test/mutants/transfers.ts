import type { PulledImage } from '@moorage/runtime-core'
import { around, instead, mutant, type Mutant } from './mutant.ts'

export const transferMutants: readonly Mutant[] = [
  mutant(
    'the first abort of a shared pull ends it for all',
    ['images/pull/is-shared-by-those-who-ask-at-once'],
    (runtime) => {
      let shared: { readonly pull: Promise<PulledImage>; readonly abort: (reason: unknown) => void } | undefined
      return {
        pullImage: (reference, { signal } = {}) => {
          const controller = new AbortController()
          shared ??= {
            pull: runtime.pullImage(reference, { signal: controller.signal }),
            abort: (reason) => controller.abort(reason),
          }
          const { pull, abort } = shared
          const forget = (): void => {
            shared = undefined
          }
          pull.then(forget, forget)
          signal?.addEventListener('abort', () => abort(signal.reason), { once: true })
          return pull
        },
      }
    },
  ),
  mutant('progress goes back', ['images/pull/tells-how-far-it-is'], (runtime) => ({
    pullImage: (reference, { onEvent, ...options } = {}) =>
      runtime.pullImage(reference, {
        ...options,
        onEvent: ({ fraction, ...event }) =>
          onEvent?.({ ...event, ...(fraction !== undefined && { fraction: 1 - fraction }) }),
      }),
  })),
  mutant('what is pulled by its digest has another', ['images/pull/by-digest-is-found-by-it'], (runtime) => ({
    pullImage: async (reference, options) => {
      const { digest: _digest, ...pulled } = await runtime.pullImage(reference, options)
      return pulled
    },
  })),
  mutant('only the first image is saved', ['images/archive/brings-back-what-was-saved'], (runtime) => ({
    saveImages: (references, options) => runtime.saveImages(references.slice(0, 1), options),
  })),
  mutant('images are saved for any platform', ['images/archive/refuses-what-is-none'], (runtime) => ({
    saveImages: (references) => runtime.saveImages(references),
  })),
  mutant('what is missing is saved', ['images/archive/refuses-what-is-none'], (runtime) =>
    around(runtime, 'saveImages', instead('IMAGE_NOT_FOUND', 'success')),
  ),
  mutant('any bytes are images', ['images/archive/refuses-what-is-none'], (runtime) =>
    around(runtime, 'loadImages', instead('INVALID_ARGUMENT', 'success')),
  ),
  mutant('an image was made in no steps', ['images/history/tells-the-steps'], () => ({ imageHistory: async () => [] })),
]
